import type { DispatchRequest, DispatchResult } from '../../schema/dispatch.ts';
import { endsResolved, withoutMarker } from './dialogue-marker.ts';
import { dialoguePrompt } from './dialogue-prompt.ts';
import { DIALOGUE_GOAL_CHARS } from './limits.ts';
import { cutCharacters } from './texts.ts';

export type DialogueRole = 'responder' | 'requester';

/** What somebody said, as the wire shows it (R-AD-091). */
export interface DialogueEntry {
  readonly agent: string;
  readonly role: DialogueRole;
  readonly round: number;
  readonly message: string;
  readonly cost_usd: number | null;
  readonly error?: string;
  readonly error_type?: string;
}

/** A dialogue between two turns; plain JSON. */
export interface DialogueState {
  readonly requester: string;
  readonly responder: string;
  readonly topic: string;
  readonly maxRounds: number;
  /** For each turn; null = each agent's own. */
  readonly timeoutSeconds: number | null;
  /** Dollars of all turns together after which no turn begins; null = no cap. */
  readonly maxCostUsd: number | null;
  /** Round in hand, from 1. */
  readonly round: number;
  /** Who speaks next: the responder begins each round (R-AD-088). */
  readonly next: DialogueRole;
  /** Each agent's conversation, as its last turn named it; null = it has none to go on with. */
  readonly sessions: Readonly<Record<DialogueRole, string | null>>;
  readonly conversation: readonly DialogueEntry[];
  readonly totalCostUsd: number;
  readonly totalDurationMs: number;
}

/** How a dialogue ended. */
export interface DialogueEnding {
  readonly resolved: boolean;
  readonly finalAnswer: string;
}

export type DialogueStep =
  | { readonly kind: 'next'; readonly state: DialogueState }
  | { readonly kind: 'ended'; readonly state: DialogueState; readonly ending: DialogueEnding };

/** A dialogue before its first turn. */
export function openDialogue(
  asked: Pick<DialogueState, 'requester' | 'responder' | 'topic' | 'maxRounds'> &
    Partial<Pick<DialogueState, 'timeoutSeconds' | 'maxCostUsd'>>,
): DialogueState {
  return {
    timeoutSeconds: null,
    maxCostUsd: null,
    ...asked,
    round: 1,
    next: 'responder',
    sessions: { responder: null, requester: null },
    conversation: [],
    totalCostUsd: 0,
    totalDurationMs: 0,
  };
}

/** The next turn: who is asked what, in which conversation; null = a new one (R-AD-088, R-AD-089). */
export function dialogueRequest(state: DialogueState): {
  readonly request: DispatchRequest;
  readonly sessionId: string | null;
} {
  const agent = state[state.next];
  const other = state[otherRole(state.next)];
  const sessionId = state.sessions[state.next];
  const said = state.conversation.at(-1)?.message ?? null;
  const topic = sessionId === null ? state.topic : null;
  const request: DispatchRequest = {
    agent,
    task: dialoguePrompt({ role: state.next, other, topic, said }),
    context: '',
    caller: other,
    goal: cutCharacters(state.topic, DIALOGUE_GOAL_CHARS),
    responseFormat: 'text',
    timeoutSeconds: state.timeoutSeconds,
    group: '',
  };
  return { request, sessionId };
}

/** Takes the reply of the turn in hand: goes on, or ends (R-AD-090). */
export function dialogueTurn(state: DialogueState, reply: DispatchResult): DialogueStep {
  const entry = entryOf(state, reply);
  const heard: DialogueState = {
    ...state,
    sessions: { ...state.sessions, [state.next]: reply.session_id ?? null },
    conversation: [...state.conversation, entry],
    totalCostUsd: state.totalCostUsd + (reply.cost_usd ?? 0),
    totalDurationMs: state.totalDurationMs + (reply.duration_ms ?? 0),
  };
  const ending = endingOf(heard, entry, reply);
  if (ending !== null) return { kind: 'ended', state: heard, ending };
  const round = state.next === 'requester' ? state.round + 1 : state.round;
  return { kind: 'next', state: { ...heard, round, next: otherRole(state.next) } };
}

function endingOf(
  state: DialogueState,
  { message }: DialogueEntry,
  reply: DispatchResult,
): DialogueEnding | null {
  const resolved = endsResolved(message);
  if (!reply.success) return { resolved, finalAnswer: reply.error ?? message };
  if (resolved) return { resolved, finalAnswer: withoutMarker(message) };
  const last = state.next === 'requester' && state.round >= state.maxRounds;
  const spent = state.maxCostUsd !== null && state.totalCostUsd >= state.maxCostUsd;
  return last || spent || repeats(state, message) ? { resolved: false, finalAnswer: message } : null;
}

/** Does somebody say again what he said a round ago? Then nothing new will come (R-AD-092). */
function repeats({ conversation, next }: DialogueState, message: string): boolean {
  const before = conversation.slice(0, -1).findLast(({ role }) => role === next);
  return before !== undefined && before.message.trim() === message.trim();
}

function entryOf(state: DialogueState, reply: DispatchResult): DialogueEntry {
  const { result, cost_usd = null, success, error, error_type } = reply;
  return {
    agent: state[state.next],
    role: state.next,
    round: state.round,
    message: result,
    cost_usd,
    ...(success || error === undefined ? {} : { error }),
    ...(success || error_type === undefined ? {} : { error_type }),
  };
}

function otherRole(role: DialogueRole): DialogueRole {
  return role === 'responder' ? 'requester' : 'responder';
}

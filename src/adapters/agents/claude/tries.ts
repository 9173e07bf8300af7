import type { AgentRequest } from '../../../core/ports/agent.ts';
import type { AgentOutcome } from '../../../core/schema/agent-outcome.ts';
import { NO_MODEL_OPTIONS } from '../../../core/schema/model-options.ts';
import type { ClaudeCall, ClaudeSession } from './argv.ts';
import { type ClaudeCapabilities, KNOWN_FLAGS, type ProbedFlag } from './capabilities.ts';
import type { ClaudeReading } from './reader.ts';
import { refused } from './refusal.ts';
import type { Told } from './run-events.ts';

/** One process of a run, over. */
export interface EndedTry {
  readonly outcome: AgentOutcome;
  readonly reading: ClaudeReading;
}

/** What a run is tried with. */
export interface Tries {
  readonly abilities: ClaudeCapabilities;
  tell(told: Told): void;
  start(call: ClaudeCall): Promise<EndedTry>;
}

/**
 * Starts the CLI, and again when it refused before it did anything: without a flag that it turns out not to know, each
 * once (R-AD-050, R-ADX-026), and with a new conversation where the old one may be unknown. A cap on money is never left
 * out: such a run does not start.
 */
export async function untilUnderstood(
  request: AgentRequest,
  { abilities, tell, start }: Tries,
): Promise<AgentOutcome> {
  const left = new Set<ProbedFlag>(abilities.lacks);
  const name = `claude ${abilities.version ?? ''}`.trim();
  const note = (text: string) => tell({ type: 'system', data: { text } });
  let session = sessionOf(request);
  for (;;) {
    const call = callOf(request, session, left);
    const missing = indispensable(call, left);
    if (missing !== null)
      return refused({ reason: `${name} has no ${missing}`, refusal: 'cli_error' }, request);
    const { outcome, reading } = await start(call);
    const flag = refusedFlag(outcome, reading);
    if (flag !== null && !left.has(flag)) {
      left.add(flag);
      note(`${name} has no ${flag}: trying without it`);
    } else if (beginsAnew(request, session, outcome)) {
      session = { kind: 'new', id: request.sessionId };
      note('The conversation is not known any more: beginning it anew');
    } else {
      return outcome;
    }
  }
}

/** What the run cannot do without: a cap on money and a limit of tools are never left out. */
function indispensable({ options }: ClaudeCall, left: ReadonlySet<ProbedFlag>): string | null {
  if (left.has('--max-budget-usd') && options.budgetMicroUsd !== null)
    return '--max-budget-usd: update it, or remove the budget of this agent';
  if (left.has('--tools') && options.onlyTools !== undefined)
    return '--tools: update it; nothing else keeps it to the tools of its role';
  return null;
}

/** Fixed before the run, so that a killed one can be taken up again (R-AD-049); resuming wins (R-AD-026). */
export function sessionOf({ sessionId, resume }: AgentRequest): ClaudeSession {
  if (sessionId === '') return null;
  return { kind: resume === undefined || resume === false ? 'new' : 'resume', id: sessionId };
}

function callOf(request: AgentRequest, session: ClaudeSession, left: ReadonlySet<ProbedFlag>): ClaudeCall {
  const { command, args, promptVia, resumePrompt } = request;
  const prompt = session?.kind === 'resume' ? (resumePrompt ?? request.prompt) : request.prompt;
  return {
    program: [...(command.length === 0 ? ['claude'] : command), ...args],
    ...{ prompt, promptVia },
    session: session?.kind === 'new' && left.has('--session-id') ? null : session,
    options: request.model ?? NO_MODEL_OPTIONS,
    appendsSystemPrompt: !left.has('--append-system-prompt'),
    replacesSystemPrompt: !left.has('--system-prompt'),
    limitsTurns: !left.has('--max-turns'),
  };
}

const UNKNOWN = /unknown (?:option|argument)|unrecognized (?:option|argument)|unexpected argument/i;

/** The flag for which the CLI refused to start: it said nothing but that it does not know it. */
function refusedFlag(outcome: AgentOutcome, { spoke, plainText, stderr }: ClaudeReading): ProbedFlag | null {
  if (outcome.kind !== 'failed' || outcome.exitCode === undefined || outcome.exitCode === 0) return null;
  if (spoke || plainText !== '' || !UNKNOWN.test(stderr)) return null;
  return KNOWN_FLAGS.find((flag) => new RegExp(`${flag}(?![-\\w])`).test(stderr)) ?? null;
}

function beginsAnew({ resume }: AgentRequest, session: ClaudeSession, outcome: AgentOutcome): boolean {
  if (resume !== 'if-known' || session?.kind !== 'resume') return false;
  return outcome.kind === 'failed' && outcome.report?.conversationMissing === true;
}

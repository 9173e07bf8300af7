import { clampRounds, clampTimeout } from '../../core/policy/dispatch/clamps.ts';
import { type DialogueResponse, dialogueResponse } from '../../core/policy/dispatch/dialogue-response.ts';
import { replayDialogue } from '../../core/policy/dispatch/replay-dialogue.ts';
import type { DispatchRequest, DispatchResult } from '../../core/schema/dispatch.ts';
import type { DialoguePlan } from '../../core/schema/dispatch-plan.ts';
import type { CallContext } from '../operation.ts';
import { resultOf } from './answer.ts';
import { callOrigin } from './call-origin.ts';
import { keepPlan, planId } from './keep-plan.ts';
import { prepareCall } from './submit.ts';

/** A dialogue as its surface asks for it. */
export interface DialogueAsked {
  readonly requester: string;
  readonly responder: string;
  readonly topic: string;
  readonly max_rounds: number;
  readonly timeout_seconds: number;
  readonly max_cost_usd: number;
}

/** Keeps and starts a dialogue; both agents are checked first (R-AD-087). Answers its id, or why it will not run. */
export async function startDialogue(
  context: CallContext,
  asked: DialogueAsked,
): Promise<{ readonly id: string } | { readonly refused: DispatchResult }> {
  const directory = await context.agents.read();
  const origin = await callOrigin(context, null);
  const facts = { origin, claimedDepth: context.claimedDepth ?? 0 };
  const of = (agent: string) =>
    prepareCall(directory, { request: emptyRequest(agent), sessionId: null }, facts);
  const responder = of(asked.responder);
  const requester = of(asked.requester);
  if (responder.kind === 'refused') return { refused: responder.result };
  if (requester.kind === 'refused') return { refused: requester.result };
  const id = planId(context);
  const plan: DialoguePlan = {
    kind: 'dialogue',
    ...{ requester: asked.requester, responder: asked.responder, topic: asked.topic, origin },
    maxRounds: clampRounds(asked.max_rounds),
    timeoutSeconds: clampTimeout(asked.timeout_seconds),
    maxCostUsd: asked.max_cost_usd > 0 ? asked.max_cost_usd : null,
    specs: { requester: requester.spec, responder: responder.spec },
  };
  await keepPlan(context, id, plan);
  const title = `${asked.requester} asks ${asked.responder}: ${asked.topic}`;
  await context.dispatches.startDialogue({ id, title });
  return { id };
}

/** Waits for a dialogue and tells what it came to; its turns are jobs, so nothing is lost with the caller. */
export async function dialogueOutcome(
  context: CallContext,
  id: string,
  plan: DialoguePlan,
): Promise<DialogueResponse> {
  const jobIds = await context.dispatches.dialogueEnd(id, context.signal);
  return dialogueOf(context, plan, jobIds);
}

/** What these turns make of a dialogue; one that was called off ends with its last message. */
export async function dialogueOf(
  { store }: Pick<CallContext, 'store'>,
  plan: DialoguePlan,
  jobIds: readonly string[],
): Promise<DialogueResponse> {
  const jobs = await Promise.all(jobIds.map((jobId) => store.jobs.get(jobId)));
  const step = replayDialogue(
    plan,
    jobs.flatMap((job) => (job === null ? [] : [resultOf(job)])),
  );
  const last = step.state.conversation.at(-1);
  const ending =
    step.kind === 'ended'
      ? step.ending
      : { resolved: false, finalAnswer: last?.error ?? last?.message ?? '' };
  return dialogueResponse(step.state, ending);
}

function emptyRequest(agent: string): DispatchRequest {
  const texts = { task: '', context: '', caller: '', goal: '', group: '' };
  return { agent, ...texts, responseFormat: 'text', timeoutSeconds: null };
}

import { clampRounds, clampTimeout } from '../../core/policy/dispatch/clamps.ts';
import type { DispatchRequest, DispatchResult } from '../../core/schema/dispatch.ts';
import type { DialoguePlan } from '../../core/schema/dispatch-plan.ts';
import type { CallContext } from '../operation.ts';
import { callOrigin } from './call-origin.ts';
import { newPlanId } from './job-id.ts';
import { keepPlan } from './keep-plan.ts';
import { noteAtOnce } from './note-at-once.ts';
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
  if (responder.kind === 'refused') return refused(context, asked.responder, responder.result);
  if (requester.kind === 'refused') return refused(context, asked.requester, requester.result);
  const id = newPlanId(context.idempotencyKey);
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

async function refused(context: CallContext, agent: string, result: DispatchResult) {
  await noteAtOnce(context, emptyRequest(agent), { result, cached: false });
  return { refused: result };
}

function emptyRequest(agent: string): DispatchRequest {
  const texts = { task: '', context: '', caller: '', goal: '', group: '' };
  return { agent, ...texts, responseFormat: 'text', timeoutSeconds: null };
}

import type { z } from 'zod';
import { dialogueResponse } from '../../core/policy/dispatch/dialogue-response.ts';
import { resultOf } from '../../core/policy/dispatch/job-result.ts';
import { replayDialogue } from '../../core/policy/dispatch/replay-dialogue.ts';
import type { DialoguePlan } from '../../core/schema/dispatch-plan.ts';
import { isOver } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import type { WireDialogue } from '../wire/together.ts';
import { awaitPlan, type PlanState } from './await-plan.ts';
import { readPlan } from './keep-plan.ts';

type State = z.input<typeof WireDialogue>;

/** A dialogue at its end, or as it stands after this time. Throws `not-found`. */
export async function awaitDialogue(context: CallContext, id: string, waitMs: number): Promise<State> {
  const plan = await readPlan(context, 'dialogue', id);
  return awaitPlan(context, { kind: 'dialogue', id, look: () => dialogueState(context, id, plan) }, waitMs);
}

/** A dialogue as it stands, made of the plan and its turns alone; one that was called off ends with its last message. */
async function dialogueState(
  { store }: CallContext,
  id: string,
  plan: DialoguePlan,
): Promise<PlanState<State>> {
  const turns = await store.jobs.ofParent(id);
  const ended = turns.filter(({ status }) => isOver(status));
  const step = replayDialogue(plan, ended.map(resultOf));
  const over = step.kind === 'ended';
  const last = step.state.conversation.at(-1);
  const ending = over ? step.ending : { resolved: false, finalAnswer: last?.error ?? last?.message ?? '' };
  const { conversation, ...response } = dialogueResponse(step.state, ending);
  const state: State = {
    ...{ id, status: over ? 'done' : 'running' },
    job_ids: turns.map(({ jobId }) => jobId),
    ...response,
    conversation: conversation.map((entry) => ({ ...entry })),
  };
  return { state, over, open: turns.filter(({ status }) => !isOver(status)) };
}

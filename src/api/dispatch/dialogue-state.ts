import type { z } from 'zod';
import { replayDialogue } from '../../core/policy/dispatch/replay-dialogue.ts';
import type { DialoguePlan } from '../../core/schema/dispatch-plan.ts';
import { isOver } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import type { WireDialogue } from '../wire/together.ts';
import { resultOf } from './answer.ts';
import type { PlanState } from './await-plan.ts';
import { dialogueOf } from './run-dialogue.ts';

/** A dialogue as it stands, made of the plan and its turns alone. */
export async function dialogueState(
  context: CallContext,
  id: string,
  plan: DialoguePlan,
): Promise<PlanState<z.input<typeof WireDialogue>>> {
  const turns = await context.store.jobs.ofParent(id);
  const ended = turns.filter(({ status }) => isOver(status));
  const over = replayDialogue(plan, ended.map(resultOf)).kind === 'ended';
  const ids = ended.map(({ jobId }) => jobId);
  const { conversation, ...response } = await dialogueOf(context, plan, ids);
  const state = {
    ...{ id, status: over ? ('done' as const) : ('running' as const) },
    job_ids: turns.map(({ jobId }) => jobId),
    ...response,
    conversation: conversation.map((entry) => ({ ...entry })),
  };
  return { state, over, open: turns.find(({ status }) => !isOver(status)) ?? null };
}

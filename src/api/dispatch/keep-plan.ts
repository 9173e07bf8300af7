import { AppError } from '../../core/errors.ts';
import { planKey } from '../../core/policy/dispatch/plan-key.ts';
import type { DialoguePlan, ParallelPlan } from '../../core/schema/dispatch-plan.ts';
import type { CallContext } from '../operation.ts';

/** Keeps what was asked for; texts are too large for workflow history (R-SYS-009). */
export async function keepPlan(
  { store }: CallContext,
  id: string,
  plan: DialoguePlan | ParallelPlan,
): Promise<void> {
  const bodyHash = await store.records.putText(JSON.stringify(plan));
  const workflowId = `${plan.kind}/${id}`;
  await store.records.keepKey(planKey(id), { operation: plan.kind, bodyHash, workflowId });
}

/** The plan of this id and kind. Throws `not-found`. */
export async function readPlan<Kind extends 'dialogue' | 'parallel'>(
  { store }: Pick<CallContext, 'store'>,
  kind: Kind,
  id: string,
): Promise<Extract<DialoguePlan | ParallelPlan, { kind: Kind }>> {
  const kept = await store.records.getKey(planKey(id));
  const text = kept?.operation === kind ? await store.records.getText(kept.bodyHash) : null;
  if (text === null) throw new AppError('not-found', `there is no ${kind} ${id}`);
  return JSON.parse(text) as Extract<DialoguePlan | ParallelPlan, { kind: Kind }>;
}

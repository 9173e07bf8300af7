import type { ChangeNote } from '../../ports/store.ts';
import type { SettleRunInput } from '../../schema/task-flow.ts';
import { byWhom } from './by-whom.ts';

/** What the audit trail says of a task's record that its settlement writes. */
export function settlementNote(
  { step, ending, claimed, cancelledBy }: SettleRunInput,
  reason: string | null,
): ChangeNote {
  const detail = {
    ...{ run_id: claimed.runId, agent: claimed.agent, attempt: claimed.attempt },
    ...{ step: step.kind, outcome: ending.kind },
    ...(reason === null ? {} : { reason }),
  };
  if (step.kind !== 'cancelled' || cancelledBy === undefined) return { detail };
  return { ...byWhom(cancelledBy.by), detail: { ...detail, why: cancelledBy.reason } };
}

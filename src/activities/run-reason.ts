import type { SettleRunInput } from '../core/schema/task-flow.ts';

/** Why a run did not succeed, for the task's record; null when it did. */
export function reasonOf({ ending }: Pick<SettleRunInput, 'ending'>): string | null {
  if (ending.kind === 'failed') return ending.reason;
  if (ending.kind === 'timed-out') return 'timed out';
  return ending.kind === 'succeeded' ? null : ending.kind;
}

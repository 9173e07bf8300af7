import { LOST_RUNS_MAX } from '../../limits.ts';
import type { ClaimedRun, RunEnding } from '../../schema/task-flow.ts';

/** Why a task was given up after a run, in ai-producer's words where it has some (R-PROD-106). */
export function givenUpReason(
  ending: RunEnding,
  { retryCount, maxRetries }: Pick<ClaimedRun, 'retryCount' | 'maxRetries'>,
): string {
  if (ending.kind === 'worker-lost') return `worker lost ${LOST_RUNS_MAX} times`;
  const error = errorOf(ending);
  if (ending.kind === 'failed' && !ending.retryable) return error;
  if (retryCount < maxRetries) return error;
  return `failed ${retryCount + 1}× (max ${maxRetries + 1}); last error: ${error}`;
}

/** Why the last run failed, out of the reason of a task that was given up for it. */
export const lastErrorIn = (givenUp: string): string =>
  givenUp.replace(/^failed \d+× \(max \d+\); last error: /, '');

/** The reason of a task whose owner is no role of this project. */
export const unknownRoleReason = (role: string): string =>
  `unknown agent_owner / role not configured: ${role}`;

/** The reason of a task that its agent's budget keeps back and that a person decides about. */
export const budgetReason = (text: string): string => `budget breached pre-dispatch: ${text}`;

/** How a run that did not succeed ended, in a few words. */
export function errorOf(ending: Exclude<RunEnding, { kind: 'worker-lost' }>): string {
  switch (ending.kind) {
    case 'succeeded':
      return ending.kind;
    case 'failed':
      return ending.reason;
    case 'timed-out':
      return `timed out after ${ending.limitMs / 1000} s`;
    case 'stalled':
      return `no output for ${ending.silentMs / 1000} s`;
    case 'stopped':
      return `stopped by ${ending.by}`;
  }
}

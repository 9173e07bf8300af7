import { AppError } from '../core/errors.ts';
import type { Operation } from './operation.ts';

/** An agent's own token is for what agents may do, on their own task alone (R-SYS-029). */
export function requireOwnTask(
  operation: Operation,
  boundTaskId: string | null,
  input: Readonly<Record<string, unknown>>,
): void {
  if (boundTaskId === null) return;
  const isOwn = !Object.hasOwn(input, 'task_id') || input.task_id === boundTaskId;
  if (operation.forAgents === true && isOwn) return;
  throw new AppError('forbidden', `the token of an agent run is for its own task ${boundTaskId} only`);
}

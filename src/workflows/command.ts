import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CommandActivities } from '../activities/command.ts';

export interface CommandInput {
  /** The idempotency key; the command's body is kept in the store under it. */
  readonly key: string;
  readonly operation: string;
  readonly taskId: string | null;
  readonly remoteBoard: boolean;
}

const retry = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '30s' } as const;
const local = proxyLocalActivities<CommandActivities>({
  startToCloseTimeout: '30s',
  localRetryThreshold: '5s',
  retry: { ...retry, nonRetryableErrorTypes: ['AppError'] },
});
const remote = proxyActivities<CommandActivities>({ startToCloseTimeout: '60s', retry });

/** One board write, tried until the board takes it or says no; its answer is the result (design: surfaces). */
export async function commandWorkflow(input: CommandInput): Promise<{ answer: string }> {
  const board = input.remoteBoard ? remote : local;
  return board.applyCommand({ key: input.key });
}

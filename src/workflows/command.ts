import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CommandActivities } from '../activities/command.ts';

export interface CommandInput {
  /** The idempotency key; the command's body is kept in the store under it. */
  readonly key: string;
  readonly operation: string;
  readonly taskId: string | null;
  readonly remoteBoard: boolean;
}

// What the board refuses for good comes as non-retryable; everything else is a board that is away for a while.
const retry = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '30s' } as const;
const local = proxyLocalActivities<CommandActivities>({
  startToCloseTimeout: '30s',
  localRetryThreshold: '5s',
  retry,
});
const remote = proxyActivities<CommandActivities>({ startToCloseTimeout: '60s', retry });

/**
 * One board write, tried until the board takes it or says no (design: surfaces). Its answer is kept in the store beside
 * its body: a task may be large, and history is no place for what it says.
 */
export async function commandWorkflow(input: CommandInput): Promise<void> {
  const board = input.remoteBoard ? remote : local;
  await board.applyCommand({ key: input.key });
}

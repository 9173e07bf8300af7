import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { CANCELLED_IN_TEMPORAL } from './lease-inbox.ts';
import { boardOf } from './task-activities.ts';
import type { Inbox } from './task-inbox.ts';

/** A task that waits in its queue for its next run. */
export interface Resting {
  readonly taskId: string;
  readonly remoteBoard?: boolean;
  readonly queueName: string;
  readonly delayMs: number;
}

/**
 * Waits without a slot until the time is over, a person wants it run now or not at all, or the task has left the queue
 * it waits in: whoever sees the board change tells it to look (`recheck`).
 */
export async function rest(resting: Resting, inbox: Inbox): Promise<void> {
  const { taskId, queueName } = resting;
  const overAt = Date.now() + resting.delayMs;
  const called = () => inbox.retryNow || inbox.cancel !== null;
  try {
    for (let leftMs = resting.delayMs; leftMs > 0; leftMs = overAt - Date.now()) {
      const woken = await condition(() => called() || inbox.recheck, leftMs);
      if (!woken || called()) break;
      inbox.recheck = false;
      if (await CancellationScope.nonCancellable(() => boardOf(resting).hasLeft({ taskId, queueName })))
        break;
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    inbox.cancel ??= CANCELLED_IN_TEMPORAL;
  }
  inbox.retryNow = false;
}

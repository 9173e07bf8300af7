import { ActivityNotFoundError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';

/** A run of an earlier process of this host, its processes swept. */
export interface Leftover {
  readonly runId: string;
  readonly taskToken: string | null;
}

/** Tells the server at once that these runs are lost, instead of letting it wait for the heartbeat timeout. */
export async function reportLost(client: Client, leftovers: readonly Leftover[], log: Log): Promise<void> {
  for (const { runId, taskToken } of leftovers) {
    if (taskToken === null) continue;
    const failure = ApplicationFailure.nonRetryable('the worker that ran it is gone', 'WorkerLost');
    try {
      await client.activity.fail(Buffer.from(taskToken, 'base64'), failure);
      log.warn({ runId }, 'run of a killed worker reported lost');
    } catch (error) {
      if (!(error instanceof ActivityNotFoundError))
        log.warn({ runId, error: messageOf(error) }, 'lost run not reported');
    }
  }
}

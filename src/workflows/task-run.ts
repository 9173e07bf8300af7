import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { HostActivities } from '../activities/host.ts';
import type { RunAgentActivities } from '../activities/run-agent.ts';
import { agentsQueue, hostQueue } from '../core/ids.ts';
import { BRAKE_CONFIRM_MS_MAX } from '../core/limits.ts';
import { staticSummary } from '../core/policy/details.ts';
import type { RunAgentInput, RunEnding } from '../core/schema/task-flow.ts';
import type { Inbox } from './task-inbox.ts';
import { showRun } from './task-view.ts';

/**
 * One agent run as one activity that is never retried by itself (R-SYS-005): a lost worker is an ending of its
 * own and the workflow decides what follows.
 */
export async function runAgent(project: string, input: RunAgentInput, inbox: Inbox): Promise<RunEnding> {
  const { claimed } = input;
  const agents = proxyActivities<RunAgentActivities>({
    taskQueue: agentsQueue(project),
    startToCloseTimeout: claimed.runMsMax,
    heartbeatTimeout: claimed.heartbeatTimeoutMs,
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    allowEagerDispatch: false,
    summary: staticSummary(`${claimed.agent} on "${claimed.taskName}", run ${claimed.attempt}`),
  });
  showRun(claimed);
  const scope = new CancellationScope();
  const watch = new CancellationScope();
  // Left alone on purpose: it ends with `watch` when the run does.
  void watch.run(() => cancelWhenAsked(project, claimed.runId, scope, inbox)).catch(() => undefined);
  try {
    return await scope.run(() => agents.runAgent(input));
  } catch (error) {
    return endingOf(error);
  } finally {
    watch.cancel();
  }
}

async function cancelWhenAsked(
  project: string,
  runId: string,
  scope: CancellationScope,
  inbox: Inbox,
): Promise<void> {
  await condition(() => inbox.cancel !== null);
  scope.cancel();
  const hostId = inbox.cancel?.hostId;
  if (hostId === undefined || hostId === null) return;
  // Beside the heartbeat, which may take seconds to bring the news.
  const host = proxyActivities<HostActivities>({
    taskQueue: hostQueue(project, hostId),
    scheduleToCloseTimeout: BRAKE_CONFIRM_MS_MAX,
    retry: { maximumAttempts: 1 },
  });
  await host.stopRun({ runId, hostId });
}

/** What an activity that did not answer means: stopped before it began, or its worker is gone. */
function endingOf(error: unknown): RunEnding {
  const facts = { durationMs: 0, outputBytes: 0, tail: '' };
  if (isCancellation(error)) return { kind: 'stopped', by: 'cancel', ...facts };
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (cause instanceof TimeoutFailure) return { kind: 'worker-lost' };
  if (cause instanceof ApplicationFailure && cause.type === 'WorkerLost') return { kind: 'worker-lost' };
  const reason = cause?.message ?? error.message;
  return { kind: 'failed', reason: `could not be run: ${reason}`, retryable: true, ...facts };
}

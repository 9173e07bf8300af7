import {
  ActivityCancellationType,
  ActivityFailure,
  type ActivityOptions,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { HostActivities } from '../activities/host.ts';
import { NESTED_START_MS_MAX } from '../core/dispatch-limits.ts';
import { agentsQueue, hostQueue } from '../core/ids.ts';
import { BRAKE_CONFIRM_MS_MAX } from '../core/limits.ts';
import { staticSummary } from '../core/policy/details.ts';
import type { RunEnding } from '../core/schema/task-flow.ts';
import type { LeaseInbox } from './lease-inbox.ts';

/** Bounds and name of one agent run. */
export interface AgentRun {
  readonly project: string;
  readonly runId: string;
  /** Longest the activity may take, beyond the agent's own timeout. */
  readonly runMsMax: number;
  readonly heartbeatTimeoutMs: number;
  readonly summary: string;
  /** The host of the run that waits for this one and lends it its slot; absent = whichever host has a slot. */
  readonly hostId?: string | null;
}

/** Options of every activity that runs an agent: never retried by itself, its cancellation awaited (R-SYS-005). */
export function agentOptions(run: AgentRun): ActivityOptions {
  const { project, runMsMax, heartbeatTimeoutMs, summary, hostId = null } = run;
  return {
    ...(hostId === null
      ? { taskQueue: agentsQueue(project) }
      : { taskQueue: hostQueue(project, hostId), scheduleToStartTimeout: NESTED_START_MS_MAX }),
    startToCloseTimeout: runMsMax,
    heartbeatTimeout: heartbeatTimeoutMs,
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    allowEagerDispatch: false,
    summary: staticSummary(summary),
  };
}

/**
 * One agent run as one activity: a lost worker is an ending of its own and the workflow decides what follows. A cancel
 * request stops it, on its host directly and by the server.
 */
export async function runOnce(
  run: AgentRun,
  inbox: LeaseInbox,
  start: () => Promise<RunEnding>,
): Promise<RunEnding> {
  const scope = new CancellationScope();
  const watch = new CancellationScope();
  // Left alone on purpose: it ends with `watch` when the run does.
  void watch.run(() => cancelWhenAsked(run, scope, inbox)).catch(() => undefined);
  try {
    return await scope.run(start);
  } catch (error) {
    return endingOf(error);
  } finally {
    watch.cancel();
  }
}

async function cancelWhenAsked(
  { project, runId }: AgentRun,
  scope: CancellationScope,
  inbox: LeaseInbox,
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

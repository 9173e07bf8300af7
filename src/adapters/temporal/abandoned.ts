import { ActivityNotFoundError, type Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { messageOf } from '../../core/errors.ts';
import {
  dialogueWorkflowId,
  dispatchWorkflowId,
  governorWorkflowId,
  type HostId,
  type ProjectName,
  parallelWorkflowId,
  sessionWorkflowId,
} from '../../core/ids.ts';
import { HEARTBEAT_TIMEOUT_SINGLE_HOST_MS } from '../../core/limits.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Store } from '../../core/ports/store.ts';
import { openRuns } from './open-runs.ts';

export interface AbandonedConfig {
  readonly client: Client;
  readonly project: ProjectName;
  readonly hostId: HostId;
  readonly store: Pick<Store, 'records' | 'jobs' | 'projection'>;
  readonly log: Log;
}

const AT_ONCE = 20;
/** Jobs in line whose run may have been taken a moment before it was marked: the first of the line. */
const WAITING_JOBS_MAX = 1_000;
/** Runs whose answer is kept and whose end may not have been reported: the latest, as long as the server would wait. */
const ENDED_RUNS_MAX = 200;

/** In a container every worker may have the same pid. */
const BORN = Date.now().toString(36);

/** Who polls, in words the server shows; names host and process, so that a successor knows what was its own. */
export function workerIdentity(hostId: HostId, pid: number): string {
  return `${hostId}/${pid}-${BORN}`;
}

/**
 * Finds agent runs that an earlier process of this host had taken from the server and cannot report any more, also
 * those that were not in its ledger (killed before the spawn, or between the end and its report), and fails them.
 * Only one process can have this host's seat, so every other pid of it is dead.
 */
export async function reportAbandoned(config: AbandonedConfig): Promise<void> {
  const ids = await openWorkflows(config);
  await forgetCache(config.client, governorWorkflowId(config.project));
  const next = async (): Promise<void> => {
    for (let workflowId = ids.pop(); workflowId !== undefined; workflowId = ids.pop()) {
      await failAbandoned(config, workflowId).catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError || error instanceof ActivityNotFoundError) return;
        config.log.warn({ workflowId, error: messageOf(error) }, 'lost run not looked for');
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/**
 * Whatever may have a run that was cut off, or waits for one. A dispatch is not marked as running before its process
 * is about to be made, so the waiting ones are looked at, too; it is over as soon as its answer is kept, so those of
 * late are.
 */
async function openWorkflows({ project, store }: AbandonedConfig): Promise<string[]> {
  const [runs, jobs, latest] = await Promise.all([
    openRuns(project, store),
    store.jobs.listOpen(),
    store.projection.listRuns({ limit: ENDED_RUNS_MAX }),
  ]);
  const since = Date.now() - HEARTBEAT_TIMEOUT_SINGLE_HOST_MS;
  const ended = latest.flatMap(({ jobId, endedAt }) =>
    jobId !== null && (endedAt === null || endedAt > since) ? [dispatchWorkflowId(project, jobId)] : [],
  );
  const running = jobs.filter(({ status }) => status === 'running');
  const waiting = jobs.filter(({ status }) => status === 'pending').slice(0, WAITING_JOBS_MAX);
  const ofJobs = [...running, ...waiting].flatMap(({ jobId, mode, sessionId, parentId }) => [
    dispatchWorkflowId(project, jobId),
    ...(mode === 'session' ? [sessionWorkflowId(project, sessionId)] : []),
    ...(mode === 'dialogue' && parentId !== null ? [dialogueWorkflowId(project, parentId)] : []),
    ...(mode === 'parallel' && parentId !== null ? [parallelWorkflowId(project, parentId)] : []),
  ]);
  return [...new Set([...runs.map(({ workflowId }) => workflowId), ...ofJobs, ...ended])];
}

async function failAbandoned(config: AbandonedConfig, workflowId: string): Promise<void> {
  const { client, hostId, log } = config;
  await forgetCache(client, workflowId);
  const { raw, runId } = await client.workflow.getHandle(workflowId).describe();
  const mine = workerIdentity(hostId, process.pid);
  const dead = (raw.pendingActivities ?? []).filter(({ lastWorkerIdentity, lastStartedTime, attempt }) => {
    const who = lastWorkerIdentity ?? '';
    return attempt !== 0 && lastStartedTime != null && who.startsWith(`${hostId}/`) && who !== mine;
  });
  for (const { activityId } of dead) {
    if (activityId == null) continue;
    const failure = ApplicationFailure.nonRetryable('the worker that ran it is gone', 'WorkerLost');
    await client.activity.fail({ workflowId, runId, activityId }, failure);
    log.warn({ workflowId, activityId }, 'run of a killed worker reported lost');
  }
}

/** What is to be decided next does not wait for a process that is gone: whoever polls may decide it. */
async function forgetCache(client: Client, workflowId: string): Promise<void> {
  const { namespace } = client.options;
  await client.workflowService
    .resetStickyTaskQueue({ namespace, execution: { workflowId } })
    .catch(() => undefined);
}

import { ActivityNotFoundError, type Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { messageOf } from '../../core/errors.ts';
import { governorWorkflowId, type HostId, type ProjectName, taskWorkflowId } from '../../core/ids.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Records } from '../../core/ports/store.ts';

export interface AbandonedConfig {
  readonly client: Client;
  readonly project: ProjectName;
  readonly hostId: HostId;
  readonly records: Records;
  readonly log: Log;
}

const OPEN_RUNS_MAX = 1_000;
const AT_ONCE = 20;

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
  const states = await config.records.listTaskStates({
    status: ['claimed', 'running'],
    limit: OPEN_RUNS_MAX,
  });
  await forgetCache(config.client, governorWorkflowId(config.project));
  const taskIds = states.map(({ taskId }) => taskId);
  const next = async (): Promise<void> => {
    for (let taskId = taskIds.pop(); taskId !== undefined; taskId = taskIds.pop()) {
      const id = taskId;
      await failAbandoned(config, id).catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError || error instanceof ActivityNotFoundError) return;
        config.log.warn({ taskId: id, error: messageOf(error) }, 'lost run not looked for');
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

async function failAbandoned(config: AbandonedConfig, taskId: string): Promise<void> {
  const { client, project, hostId, log } = config;
  const workflowId = taskWorkflowId(project, taskId);
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
    log.warn({ taskId, activityId }, 'run of a killed worker reported lost');
  }
}

/** What is to be decided next does not wait for a process that is gone: whoever polls may decide it. */
async function forgetCache(client: Client, workflowId: string): Promise<void> {
  const { namespace } = client.options;
  await client.workflowService
    .resetStickyTaskQueue({ namespace, execution: { workflowId } })
    .catch(() => undefined);
}

import {
  dispatchWorkflowId,
  type ProjectName,
  type RunId,
  type TaskId,
  taskWorkflowId,
} from '../../core/ids.ts';
import { DISPATCH_POOL, ROUTES_POOL } from '../../core/policy/pools.ts';
import type { Store } from '../../core/ports/store.ts';

/** A run that the records say is ours: it holds its slot until somebody proves that it is over. */
export interface OpenRun {
  readonly runId: RunId;
  readonly workflowId: string;
  readonly taskId: TaskId | null;
  readonly pool: string;
  readonly route: string | null;
  readonly agent: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** The pool of the route that watches this queue; undefined = that of the routes. */
export type PoolOf = (queueName: string) => string | undefined;

const OPEN_RUNS_MAX = 1_000;

/** All open runs of a project, of tasks and of dispatches alike; the one list of them. */
export async function openRuns(
  project: ProjectName,
  { records, jobs }: Pick<Store, 'records' | 'jobs'>,
  poolOf: PoolOf = () => undefined,
): Promise<readonly OpenRun[]> {
  const [states, open] = await Promise.all([
    records.listTaskStates({ status: ['claimed', 'running'], limit: OPEN_RUNS_MAX }),
    jobs.list({ status: 'running', limit: OPEN_RUNS_MAX }),
  ]);
  const ofTasks = states.flatMap(({ taskId, token, sourceQueue, updatedAt }) =>
    token === null
      ? []
      : [
          {
            ...{ runId: token, workflowId: taskWorkflowId(project, taskId), taskId },
            pool: poolOf(sourceQueue ?? '') ?? ROUTES_POOL,
            ...{ route: sourceQueue, agent: '', since: updatedAt },
          },
        ],
  );
  const ofJobs = open.flatMap(({ jobId, runId, agent, startedAt, createdAt }) =>
    runId === null
      ? []
      : [
          {
            ...{ runId, workflowId: dispatchWorkflowId(project, jobId), taskId: null, pool: DISPATCH_POOL },
            ...{ route: null, agent, since: startedAt ?? createdAt },
          },
        ],
  );
  return [...ofTasks, ...ofJobs];
}

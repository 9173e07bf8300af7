import { AppError } from '../core/errors.ts';
import type { RunRecord } from '../core/schema/run-record.ts';
import type { CallContext } from './operation.ts';

/** Whose question it is, as far as the caller says so. */
export interface Asker {
  readonly taskId?: string | undefined;
  readonly runId?: string | undefined;
}

/**
 * The run whose agent asks: the one the call comes from by our own records, else the one that is named, else the only one
 * that works on that task. A question belongs to a run that still runs: with its end the work stops.
 */
export async function askingRun(context: CallContext, { taskId, runId }: Asker): Promise<RunRecord> {
  const { callingRun, store } = context;
  const id = callingRun?.runId ?? runId;
  const run = id === undefined ? await runOf(context, taskId) : await store.projection.getRun(id);
  if (run === null) throw new AppError('run-not-found', `no run "${id}"`);
  if (run.status !== 'running')
    throw new AppError('conflict', `run ${run.runId} is over: it can ask nothing any more`);
  const isOf = taskId === undefined || run.taskId === taskId || run.jobId === taskId;
  if (!isOf) throw new AppError('conflict', `run ${run.runId} does not work on ${taskId}`);
  return run;
}

async function runOf({ store }: CallContext, taskId: string | undefined): Promise<RunRecord> {
  if (taskId === undefined)
    throw new AppError('invalid-input', 'run_id: is missing, and this process belongs to no run', {
      hint: 'agents ask questions; name the run that asks: --run-id',
      details: { field: 'run_id' },
    });
  const ofTask = await store.projection.listRuns({ taskId, status: 'running', limit: 2 });
  const ofJob = await store.projection.listRuns({ jobId: taskId, status: 'running', limit: 2 });
  const [run, ...more] = [...ofTask, ...ofJob];
  if (run === undefined) throw new AppError('run-not-found', `no agent works on ${taskId} now`);
  if (more.length === 0) return run;
  throw new AppError('conflict', `several agents work on ${taskId}`, { hint: 'name the run: run_id' });
}

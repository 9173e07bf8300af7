import { waitsFor } from '../../core/policy/dispatch/waits-for.ts';
import { isOver, type Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';

/**
 * Keeps a new job, or answers the one that stands for it. A call of an agent does not wait for an equal job that waits
 * for a slot itself: the only one to come free may be the caller's own. Nor for one that waits for its caller. It runs
 * its own job in that slot (R-AD-084).
 */
export async function keepJob({ store }: Pick<CallContext, 'store'>, wanted: Job): Promise<Job> {
  const { job } = await store.jobs.add(wanted);
  if (job.jobId === wanted.jobId || wanted.parentRunId === null || isOver(job.status)) return job;
  const isLent = job.parentRunId === wanted.parentRunId && job.mode !== 'async';
  if (isLent || (job.runId !== null && !(await isAbove(store, job, wanted.parentRunId)))) return job;
  return (await store.jobs.add({ ...wanted, cacheKey: null })).job;
}

async function isAbove({ jobs }: CallContext['store'], job: Job, runId: string): Promise<boolean> {
  const open = await jobs.listOpen();
  const known = open.find(({ jobId }) => jobId === job.jobId);
  return known !== undefined && waitsFor(open, known, runId);
}

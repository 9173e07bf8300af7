import { isOver, type Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';

/**
 * Keeps a new job, or answers the one that stands for it. A call of an agent does not wait for an equal job that waits
 * for a slot itself: the only one to come free may be the caller's own, so it runs its own job in that (R-AD-084).
 */
export async function keepJob({ store }: Pick<CallContext, 'store'>, wanted: Job): Promise<Job> {
  const { job } = await store.jobs.add(wanted);
  if (job.jobId === wanted.jobId || wanted.parentRunId === null) return job;
  const isLent = job.parentRunId === wanted.parentRunId && job.mode !== 'async';
  if (isLent || isOver(job.status) || job.runId !== null) return job;
  return (await store.jobs.add({ ...wanted, cacheKey: null })).job;
}

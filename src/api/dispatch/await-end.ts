import { JOB_WATCH_MS } from '../../core/dispatch-limits.ts';
import { AppError } from '../../core/errors.ts';
import { abandonedEnd } from '../../core/policy/dispatch/abandoned-end.ts';
import { isAdoptable } from '../../core/policy/dispatch/adopt-age.ts';
import { isOver, type Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import { showProgress } from './show-progress.ts';

/**
 * The job when it has ended; null = not in this time, or nobody waits any more. The work itself is never touched by
 * waiting (R-SYS-006). A job that nobody carries on is taken up; one whose workflow somebody ended by hand is over.
 */
export async function awaitEnd(context: CallContext, job: Job, waitMs: number): Promise<Job | null> {
  const { jobEnds, signal } = context;
  const stopShowing = showProgress(context, job);
  const until = performance.now() + waitMs;
  let ended: Job | null = null;
  try {
    for (;;) {
      const left = until - performance.now();
      if (left <= 0 || signal?.aborted === true) return null;
      const deadlineMs = Math.min(left, JOB_WATCH_MS);
      ended = await jobEnds.waitForEnd(job.jobId, {
        deadlineMs,
        ...(signal === undefined ? {} : { signal }),
      });
      if (ended !== null) return ended;
      await carryOn(context, job.jobId);
    }
  } finally {
    stopShowing(ended);
  }
}

/** For whoever waits as long as it takes: a disconnected caller gets the id of what goes on without it. */
export async function awaitResult(context: CallContext, job: Job): Promise<Job> {
  const ended = await awaitEnd(context, job, Number.POSITIVE_INFINITY);
  if (ended !== null) return ended;
  throw new AppError('timed-out', `nobody waits any more; the job ${job.jobId} goes on`, {
    hint: `dispatch_wait or fetch_result with ${job.jobId} gets its answer`,
    details: { jobId: job.jobId },
  });
}

async function carryOn({ dispatches, store }: CallContext, jobId: string): Promise<void> {
  const job = await store.jobs.get(jobId);
  if (job === null || isOver(job.status) || !isAdoptable(job, Date.now())) return;
  try {
    if ((await dispatches.isCarriedOn(job)) || (await dispatches.takeUp(job))) return;
  } catch {
    // The server is away: nothing can be said about the workflow.
    return;
  }
  await store.jobs.end(jobId, abandonedEnd(job, Date.now()));
}

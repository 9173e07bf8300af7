import { AppError } from '../../core/errors.ts';
import { CANCELLED_PENDING, CANCELLED_RUNNING } from '../../core/policy/dispatch/cut-short-result.ts';
import { isOver, type Job, type JobStatus } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';

/** What a cancel came to (R-AD-107). */
export interface CancelAnswer {
  readonly job_id: string;
  readonly outcome: 'cancelled' | 'cancelled_running' | 'already_terminal';
  readonly status: JobStatus;
  readonly message?: string;
}

/**
 * Marks the job first, so that nothing that ends meanwhile overwrites it, then stops what runs: its workflow by Signal,
 * its process on its host. Exactly one of a cancel and a start wins: both change the job from a known state (R-AD-108).
 */
export async function cancelJob(context: CallContext, job: Job): Promise<CancelAnswer> {
  const { store, dispatches, caller } = context;
  const { jobId } = job;
  const running = job.status === 'running';
  const from = running ? ('running' as const) : ('pending' as const);
  const end = {
    status: 'cancelled',
    result: null,
    error: running ? CANCELLED_RUNNING : CANCELLED_PENDING,
    at: Date.now(),
    from,
  } as const;
  const ended = !isOver(job.status) && (await store.jobs.end(jobId, end));
  const now = await store.jobs.get(jobId);
  const status = now?.status ?? job.status;
  // Started between the look and the mark: it is a running one now.
  if (!ended && now !== null && !isOver(now.status)) return cancelJob(context, now);
  if (!ended) return { job_id: jobId, outcome: 'already_terminal', status };
  const by = `${caller.actor} (${caller.channel})`;
  await dispatches
    .cancel(jobId, { by, reason: 'cancelled', hostId: now?.hostId ?? null })
    .catch((error: unknown) => {
      // Marked, it starts no more, and a host sees the mark and ends the run: without the server only later.
      if (!(error instanceof AppError) || error.code !== 'temporal-unavailable') throw error;
    });
  if (!running) return { job_id: jobId, outcome: 'cancelled', status };
  const message = 'The agent is being stopped; its session can be continued with dispatch_session.';
  return { job_id: jobId, outcome: 'cancelled_running', status, message };
}

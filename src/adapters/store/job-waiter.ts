import { AppError } from '../../core/errors.ts';
import { JOB_WAIT_POLL_MS } from '../../core/limits.ts';
import type { JobWaiter } from '../../core/ports/job-waiter.ts';
import type { Job } from '../../core/schema/job.ts';
import { followJobEnds } from './job-end-follower.ts';
import type { WatchedJobs } from './jobs.ts';

/** How often other processes' ends are looked for, and who hears of trouble while reading them. */
export interface JobWaiterConfig {
  readonly pollMs?: number;
  readonly onError?: (error: unknown) => void;
}

/** Beyond it a timer fires at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Waits for jobs to end. An end of this process is told at once, one of another within `pollMs`; looking costs a
 * few microseconds, and nothing at all while nobody waits.
 */
export function createJobWaiter(jobs: WatchedJobs, config: JobWaiterConfig = {}): JobWaiter {
  const { pollMs = JOB_WAIT_POLL_MS, onError = () => {} } = config;
  const waiting = new Map<string, Set<() => void>>();
  let following: { stop(): void } | null = null;

  function wake(jobId: string): void {
    for (const tell of waiting.get(jobId) ?? []) tell();
  }
  function forget(jobId: string, tell: () => void): void {
    const same = waiting.get(jobId);
    same?.delete(tell);
    if (same?.size === 0) waiting.delete(jobId);
    if (waiting.size > 0) return;
    following?.stop();
    following = null;
  }
  async function endedJob(jobId: string): Promise<Job | null> {
    const job = await jobs.get(jobId);
    return job === null || job.completedAt === null ? null : job;
  }

  return {
    async waitForEnd(jobId, { deadlineMs, signal }) {
      let tell = () => {};
      const told = new Promise<void>((resolve) => {
        tell = resolve;
      });
      // The mark before the first look at the job: an end in between is heard of.
      const mark = await jobs.endMark();
      following ??= followJobEnds(jobs, { mark, pollMs, onError, onEnded: wake });
      waiting.set(jobId, (waiting.get(jobId) ?? new Set()).add(tell));
      const timer = setTimeout(tell, Math.min(deadlineMs, TIMER_MS_MAX));
      signal?.addEventListener('abort', tell, { once: true });
      try {
        const status = await jobs.statusOf(jobId);
        if (status === null) throw new AppError('not-found', `Job not found: ${jobId}`);
        if (signal?.aborted !== true && (status === 'pending' || status === 'running')) await told;
        return await endedJob(jobId);
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', tell);
        forget(jobId, tell);
      }
    },

    close() {
      for (const jobId of [...waiting.keys()]) wake(jobId);
    },
  };
}

import type { Job } from '../schema/job.ts';

/** How long somebody waits. */
export interface JobWait {
  /** At most so many milliseconds from now. */
  readonly deadlineMs: number;
  /** Gives up waiting; the job goes on. */
  readonly signal?: AbortSignal;
}

/** Tells when a job has ended, whichever process ended it. */
export interface JobWaiter {
  /** The ended job; null = not ended in this time, or given up. Throws `not-found` for a job that is not kept. */
  waitForEnd(jobId: string, wait: JobWait): Promise<Job | null>;
  /** Lets go of everybody who waits. */
  close(): void;
}

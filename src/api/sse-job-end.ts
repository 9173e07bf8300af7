import type { JobWaiter } from '../core/ports/job-waiter.ts';
import type { Jobs } from '../core/ports/jobs.ts';
import type { Projection } from '../core/ports/store.ts';
import { isOver } from '../core/schema/job.ts';

/** When the stream of a dispatch is over: its job has ended, and so has the run that did it. */
export interface JobStreamEnds {
  isOver(jobId: string): Promise<boolean>;
  /** Waits for the job to end; true = no run of it is still to tell its end. False too when the signal aborts. */
  isQuietlyOver(jobId: string, signal: AbortSignal): Promise<boolean>;
}

/** What tells of jobs and runs. */
export interface JobStreamEndsConfig {
  readonly jobs: Pick<Jobs, 'statusOf'>;
  readonly jobEnds: JobWaiter;
  readonly projection: Pick<Projection, 'listRuns'>;
}

/** The answer of a job is kept a moment before its run tells its end, so a run that is open is waited for. */
export function createJobStreamEnds({ jobs, jobEnds, projection }: JobStreamEndsConfig): JobStreamEnds {
  return {
    async isOver(jobId) {
      const status = await jobs.statusOf(jobId);
      return status === null || isOver(status);
    },
    async isQuietlyOver(jobId, signal) {
      const ended = await jobEnds.waitForEnd(jobId, { deadlineMs: Number.POSITIVE_INFINITY, signal });
      if (ended === null || signal.aborted) return false;
      return (await projection.listRuns({ jobId, status: 'running', limit: 1 })).length === 0;
    },
  };
}

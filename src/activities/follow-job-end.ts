import { JOB_FOLLOW_MS } from '../core/dispatch-limits.ts';
import type { Jobs } from '../core/ports/jobs.ts';
import { isOver } from '../core/schema/job.ts';

/**
 * Ends a run whose job is over already: whoever called it off may have died before its workflow heard of it
 * (R-AD-107). Answers the way to stop watching.
 */
export function followJobEnd(jobs: Pick<Jobs, 'statusOf'>, jobId: string, stop: () => void): () => void {
  const look = async (): Promise<void> => {
    // A store that cannot be read says nothing about the job.
    const status = await jobs.statusOf(jobId).catch(() => null);
    if (status !== null && isOver(status)) stop();
  };
  const timer = setInterval(() => void look(), JOB_FOLLOW_MS);
  return () => clearInterval(timer);
}

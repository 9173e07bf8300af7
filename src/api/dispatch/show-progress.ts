import { progressLine } from '../../core/policy/dispatch/append-progress.ts';
import type { Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';

/** Tells a waiting caller what the agent does meanwhile (R-AD-086); answers the way to stop. */
export function showProgress({ progress, events }: CallContext, { jobId, request }: Job): () => void {
  if (progress === undefined) return () => {};
  return events.subscribe((batch) => {
    for (const { job_id, type, data } of batch) {
      if (job_id !== jobId) continue;
      const line = progressLine({ type, data });
      if (line !== '') progress(`[${request.agent}] ${line}`);
    }
  });
}

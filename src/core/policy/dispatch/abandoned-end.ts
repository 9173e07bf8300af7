import type { JobEnd } from '../../ports/jobs.ts';
import type { Job } from '../../schema/job.ts';
import { unanswered } from './job-result.ts';

/** The end of a job whose workflow somebody ended by hand; its conversation can be continued (R-AD-114). */
export function abandonedEnd(job: Job, at: number): JobEnd {
  const seconds = Math.round((at - (job.startedAt ?? job.createdAt)) / 1000);
  const error = `Abandoned in '${job.status}' for ${seconds}s: its workflow was ended from outside.`;
  const result = unanswered(job.request.agent, error, job.sessionId);
  return { status: 'failed', result, error, at };
}

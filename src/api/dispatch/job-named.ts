import { AppError } from '../../core/errors.ts';
import { quoted } from '../../core/policy/dispatch/texts.ts';
import { JOB_ID_PATTERN, type Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';

/** The job of this id. A malformed id never reaches the store (R-AD-105, R-AD-125). */
export async function jobNamed(
  { store }: Pick<CallContext, 'store'>,
  jobId: string,
  what: 'Job' | 'Ref' = 'Job',
): Promise<Job> {
  if (!JOB_ID_PATTERN.test(jobId)) {
    throw new AppError(
      'invalid-input',
      `Invalid ref/job_id format: ${quoted(jobId)} (expected a 32-char hex id)`,
    );
  }
  const job = await store.jobs.get(jobId);
  if (job === null) throw new AppError('not-found', `${what} not found: ${jobId}`);
  return job;
}

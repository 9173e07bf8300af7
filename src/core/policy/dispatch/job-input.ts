import { AppError } from '../../errors.ts';
import type { JobStatus } from '../../schema/job.ts';
import { quoted } from './texts.ts';

const JOB_ID = /^[0-9a-f]{32}$/;
const STATUSES: readonly JobStatus[] = ['cancelled', 'done', 'failed', 'pending', 'running'];

/** Throws `invalid-input` for what cannot be a job's id, before anything is looked up (R-AD-105, R-AD-125, R-ADX-048). */
export function checkJobId(id: string): void {
  if (JOB_ID.test(id)) return;
  throw new AppError('invalid-input', `Invalid ref/job_id format: ${quoted(id)} (expected a 32-char hex id)`);
}

/** A filter by status; empty = none. Throws `invalid-input` for another word (R-AD-109). */
export function jobStatusOf(text: string): JobStatus | null {
  if (text === '') return null;
  const status = STATUSES.find((known) => known === text);
  if (status !== undefined) return status;
  throw new AppError(
    'invalid-input',
    `Invalid status: ${quoted(text)}. Use one of: ${STATUSES.join(', ')} or empty.`,
  );
}

/** Throws `invalid-input` unless this many days can be an age (R-AD-111, R-ADX-016). */
export function checkMaxAgeDays(days: number): void {
  if (days === Number.POSITIVE_INFINITY) {
    throw new AppError('invalid-input', 'max_age_days is too large (non-finite)');
  }
  if (!(days > 0)) throw new AppError('invalid-input', 'max_age_days must be > 0');
}

/** Nobody knows this job (R-AD-105, R-AD-107). */
export const jobNotFound = (jobId: string): AppError => new AppError('not-found', `Job not found: ${jobId}`);

/** Nobody knows this reference (R-AD-110). */
export const refNotFound = (ref: string): AppError => new AppError('not-found', `Ref not found: ${ref}`);

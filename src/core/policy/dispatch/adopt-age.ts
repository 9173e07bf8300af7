import { JOB_ADOPT_AGE_MS, PART_ADOPT_AGE_MS } from '../../dispatch-limits.ts';
import type { OpenJob } from '../../schema/job.ts';

/**
 * Is an open job old enough that nobody is about to begin it? Parts of several calls are kept one by one before what
 * runs them begins.
 */
export function isAdoptable(
  {
    status,
    parentId,
    startedAt,
    createdAt,
  }: Pick<OpenJob, 'status' | 'parentId' | 'startedAt' | 'createdAt'>,
  now: number,
): boolean {
  const isPart = status === 'pending' && parentId !== null;
  return now - (startedAt ?? createdAt) >= (isPart ? PART_ADOPT_AGE_MS : JOB_ADOPT_AGE_MS);
}

import type { Job } from '../schema/job.ts';

/** Jobs as files, read-only for others, where users of older tools look for them (R-AD-104). Never rejects. */
export interface JobFiles {
  write(job: Job): Promise<void>;
  remove(jobIds: readonly string[]): Promise<void>;
}

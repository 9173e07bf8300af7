import type { JobFiles } from '../../core/ports/job-files.ts';
import type { Jobs } from '../../core/ports/jobs.ts';
import { isOver, type Job } from '../../core/schema/job.ts';

/**
 * Files that end up with what the store says, however many processes write one of them at a time: whoever told of a
 * state that may change looks again afterwards, and every change is in the store before it is in the file (R-AD-104).
 */
export function inStep(files: JobFiles, jobs: Pick<Jobs, 'get' | 'statusOf'>): JobFiles {
  async function next({ jobId, status }: Job): Promise<Job | null> {
    const isOld = !isOver(status) && (await jobs.statusOf(jobId)) !== status;
    return isOld ? jobs.get(jobId) : null;
  }
  return {
    ...files,
    async write(job) {
      for (let told: Job | null = job; told !== null; told = await next(told).catch(() => null)) {
        await files.write(told);
      }
    },
  };
}

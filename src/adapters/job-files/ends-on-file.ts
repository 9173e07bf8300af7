import type { JobFiles } from '../../core/ports/job-files.ts';
import type { Jobs } from '../../core/ports/jobs.ts';

/**
 * Jobs whose end stands in their file as soon as it is kept, whoever ended them: a run, a cancel, or somebody who
 * found that nobody carries them on (R-AD-104).
 */
export function endsOnFile<J extends Jobs>(jobs: J, files: Pick<JobFiles, 'write'>): J {
  const write = async (jobId: string): Promise<void> => {
    const job = await jobs.get(jobId).catch(() => null);
    if (job !== null) await files.write(job);
  };
  return {
    ...jobs,
    async end(jobId, end, cache) {
      const isFirst = await jobs.end(jobId, end, cache);
      if (isFirst) await write(jobId);
      return isFirst;
    },
    async noteLate(jobId, result) {
      await jobs.noteLate(jobId, result);
      await write(jobId);
    },
  };
}

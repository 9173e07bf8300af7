import { mkdir, readFile, rm } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { messageOf } from '../../core/errors.ts';
import { jobRecord } from '../../core/policy/dispatch/job-record.ts';
import type { JobFiles } from '../../core/ports/job-files.ts';
import { isOver, type Job, JobStatus } from '../../core/schema/job.ts';
import { jobFilePath } from './job-files-dir.ts';

export interface JobFilesConfig {
  readonly dir: string;
  /** Hears once that files cannot be written, and again only after they could be in between. */
  readonly onWarning: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

const FILE_MODE = 0o600;
const DIR_MODE = 0o700;

/**
 * One pretty JSON file per job, replaced whole, for its owner alone (R-AD-104). The store is the truth; nothing here
 * ever fails a job, and nothing waits for the disk.
 */
export function createJobFiles({ dir, onWarning }: JobFilesConfig): JobFiles {
  let broken = false;

  async function quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      broken = false;
    } catch (error) {
      if (!broken) onWarning('job files cannot be written', { dir, error: messageOf(error) });
      broken = true;
    }
  }

  return {
    write: (job) =>
      quietly(async () => {
        const path = jobFilePath(dir, job.jobId);
        // A process that was slow to tell of the beginning must not hide the end.
        if (!isOver(job.status) && (await isOverAt(path))) return;
        await mkdir(dir, { recursive: true, mode: DIR_MODE });
        await writeFileAtomic(path, textOf(job), { mode: FILE_MODE, fsync: false });
      }),

    remove: (jobIds) =>
      quietly(async () => {
        for (const jobId of jobIds) await rm(jobFilePath(dir, jobId), { force: true });
      }),
  };
}

const textOf = (job: Job): string => `${JSON.stringify(jobRecord(job), null, 2)}\n`;

async function isOverAt(path: string): Promise<boolean> {
  try {
    const { status } = JSON.parse(await readFile(path, 'utf8')) as { readonly status?: unknown };
    const known = JobStatus.safeParse(status);
    return known.success && isOver(known.data);
  } catch {
    return false;
  }
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JOB_FILE_BYTES_MAX, JOB_IMPORT_BATCH_MAX } from '../../core/limits.ts';
import type { JobFiles } from '../../core/ports/job-files.ts';
import type { Jobs } from '../../core/ports/jobs.ts';
import { isOver, type Job } from '../../core/schema/job.ts';
import { ForeignRecord, toJob } from './foreign-record.ts';

export interface ImportConfig {
  readonly dir: string;
  readonly jobs: Pick<Jobs, 'isImported' | 'importJobs' | 'finishImport'>;
  readonly files: JobFiles;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The older tool runs at this moment: its open jobs are its own, and the import is taken up again later. */
  readonly isToolAlive: boolean;
}

/** How many files became jobs, and how many were left alone. */
export interface ImportReport {
  readonly imported: number;
  readonly skipped: number;
}

/**
 * Takes over the job files of the tool before us, once per folder (R-AD-104). States are kept; what its dead server
 * left open has failed (R-AD-114). What cannot be read, names another job inside, or has no proper times is left as
 * it is (R-AD-115, R-ADX-048).
 */
export async function importJobFiles(config: ImportConfig): Promise<ImportReport> {
  const { dir, jobs, isToolAlive } = config;
  if (await jobs.isImported(dir)) return { imported: 0, skipped: 0 };
  let [imported, skipped, left] = [0, 0, 0];
  const names = (await readdir(dir).catch(() => [])).filter((name) => JOB_FILE.test(name)).sort();
  for (let start = 0; start < names.length; start += JOB_IMPORT_BATCH_MAX) {
    const page = names.slice(start, start + JOB_IMPORT_BATCH_MAX);
    const read = await Promise.all(page.map((name) => readJob(dir, name)));
    const found = read.filter((job) => job !== null);
    skipped += read.length - found.length;
    const taken = found.filter((job) => isOver(job.status) || !isToolAlive);
    left += found.length - taken.length;
    imported += await takeOver(config, taken);
  }
  if (left === 0) await jobs.finishImport(dir);
  return { imported, skipped: skipped + left };
}

const JOB_FILE = /^[0-9a-f]{32}\.json$/;

async function takeOver({ jobs, files, now }: ImportConfig, found: readonly Job[]): Promise<number> {
  const closed = found.map((job) => (isOver(job.status) ? job : abandoned(job, now)));
  const inOrder = closed.toSorted((one, other) => one.createdAt - other.createdAt);
  const imported = await jobs.importJobs(inOrder);
  for (const [index, job] of found.entries()) {
    const end = closed[index];
    if (end !== undefined && end !== job) await files.write(end);
  }
  return imported;
}

function abandoned(job: Job, now: number): Job {
  const seconds = Math.max(0, Math.round((now - (job.startedAt ?? job.createdAt)) / 1000));
  return {
    ...job,
    status: 'failed',
    completedAt: now,
    error: `Abandoned in '${job.status}' for ${seconds}s`,
  };
}

/** The job in a file of the older tool; null for anything else, our own files among them. */
async function readJob(dir: string, name: string): Promise<Job | null> {
  const path = join(dir, name);
  try {
    if ((await stat(path)).size > JOB_FILE_BYTES_MAX) return null;
    const record = ForeignRecord.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (!record.success || `${record.data.id}.json` !== name || record.data.mode !== undefined) return null;
    return toJob(record.data);
  } catch {
    return null;
  }
}

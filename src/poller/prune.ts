import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '../core/errors.ts';
import { EVENTS_KEPT_MS, IDEMPOTENCY_KEPT_MS, PRUNE_MS, RUNS_KEPT_MS } from '../core/limits.ts';
import { NOTICES_KEPT_MS } from '../core/notice-limits.ts';
import type { JobFiles } from '../core/ports/job-files.ts';
import type { Log } from '../core/ports/log.ts';
import type { Store } from '../core/ports/store.ts';

export interface PrunePorts {
  readonly store: Store;
  /** Folder of the runs' output files. */
  readonly outputDir: string;
  readonly log: Log;
  /** Names this process among those that could do it. */
  readonly owner: string;
  /** Days that ended jobs are kept as the settings have it now; 0 = for ever (R-ADX-018). */
  readonly jobRetentionDays: () => Promise<number>;
  readonly jobFiles: JobFiles;
}

const DAY_MS = 24 * 3600 * 1000;

const LOCK_NAME = 'prune';

/** Forgets old runs, events, keys, jobs and output files now and once an hour; one process of the project does it. */
export function startPruning(ports: PrunePorts): () => void {
  void pruneQuietly(ports);
  const timer = setInterval(() => void pruneQuietly(ports), PRUNE_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function pruneQuietly({ log, ...ports }: PrunePorts): Promise<void> {
  try {
    if (!(await ports.store.records.takeLock(LOCK_NAME, ports.owner, PRUNE_MS / 2))) return;
    const now = Date.now();
    const rows = (await pruneOnce(ports, now)) + (await pruneJobs(ports, now));
    if (rows > 0) log.info({ rows }, 'old runs, events and jobs forgotten');
  } catch (error) {
    // The first look may still be under way when the worker is told to stop.
    if (error instanceof AppError && error.code === 'shutting-down') return;
    log.warn({ error: messageOf(error) }, 'forgetting old runs failed');
  }
}

/** Answers how many rows and files went; `now` is epoch milliseconds. */
export async function pruneOnce(
  { store, outputDir }: Pick<PrunePorts, 'store' | 'outputDir'>,
  now: number,
): Promise<number> {
  const projected = await store.projection.prune({
    runsMs: now - RUNS_KEPT_MS,
    eventsMs: now - EVENTS_KEPT_MS,
  });
  const recorded = await store.records.prune(now - IDEMPOTENCY_KEPT_MS);
  const told = await store.notices.prune(now - NOTICES_KEPT_MS);
  return projected + recorded + told + (await pruneFiles(outputDir, now - RUNS_KEPT_MS));
}

/** Ended jobs that the settings no longer want, with their files; answers how many. */
export async function pruneJobs(
  { store, jobRetentionDays, jobFiles }: Pick<PrunePorts, 'store' | 'jobRetentionDays' | 'jobFiles'>,
  now: number,
): Promise<number> {
  const days = await jobRetentionDays();
  if (days <= 0) return 0;
  const gone = await store.jobs.purge(Math.round(now - days * DAY_MS), { dryRun: false });
  await jobFiles.remove(gone.map(({ jobId }) => jobId));
  return gone.length;
}

async function pruneFiles(dir: string, before: number): Promise<number> {
  let gone = 0;
  for (const name of await readdir(dir).catch(() => [])) {
    const path = join(dir, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs >= before) continue;
    await unlink(path);
    gone += 1;
  }
  return gone;
}

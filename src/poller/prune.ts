import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { EVENTS_KEPT_MS, IDEMPOTENCY_KEPT_MS, PRUNE_MS, RUNS_KEPT_MS } from '../core/limits.ts';
import type { Log } from '../core/ports/log.ts';
import type { Store } from '../core/ports/store.ts';

export interface PrunePorts {
  readonly store: Store;
  /** Folder of the runs' output files. */
  readonly outputDir: string;
  readonly log: Log;
  /** Names this process among those that could do it. */
  readonly owner: string;
}

const LOCK_NAME = 'prune';

/** Forgets old runs, events, keys and output files once an hour; one process of the project does it. */
export function startPruning(ports: PrunePorts): () => void {
  const timer = setInterval(() => void pruneQuietly(ports), PRUNE_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function pruneQuietly({ log, ...ports }: PrunePorts): Promise<void> {
  try {
    if (!(await ports.store.records.takeLock(LOCK_NAME, ports.owner, PRUNE_MS / 2))) return;
    const rows = await pruneOnce(ports, Date.now());
    if (rows > 0) log.info({ rows }, 'old runs and events forgotten');
  } catch (error) {
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
  return projected + recorded + (await pruneFiles(outputDir, now - RUNS_KEPT_MS));
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

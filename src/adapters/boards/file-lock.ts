import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { AppError, messageOf } from '../../core/errors.ts';

/** A lock between processes of one machine. */
export interface FileLock {
  /** Waits for the lock, at most the configured time; the answer gives it back. */
  acquire(): Promise<() => void>;
  close(): void;
}

const RETRY_MS_MIN = 1;
const RETRY_MS_SPREAD = 3;
/** For so long after it met another process a holder lets the others go first. */
const POLITE_MS = 250;

/**
 * Locks by an open write transaction on `path`, a SQLite file: the kernel frees it when its holder dies, however it
 * dies. Waiting never blocks the event loop.
 */
export function createFileLock({ path, waitMs }: { path: string; waitMs: number }): FileLock {
  let held: { readonly database: Database.Database; readonly inode: bigint } | null = null;
  let metAnotherAt = Number.NEGATIVE_INFINITY;

  /** The connection; opened anew when somebody deleted the file, else two holders could hold two files. */
  const connection = (): Database.Database => {
    const inode = statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
    if (held !== null && held.inode === inode) return held.database;
    held?.database.close();
    held = null;
    const database = new Database(path, { timeout: 0 });
    // A read makes the library open the file for real.
    database.pragma('schema_version');
    held = { database, inode: statSync(path, { bigint: true }).ino };
    return database;
  };

  const tryOnce = (): boolean => {
    try {
      connection().exec('BEGIN IMMEDIATE');
      return true;
    } catch (error) {
      if (isBusy(error)) return false;
      throw new AppError('board-unavailable', `Cannot use the board's lock ${path}: ${messageOf(error)}`, {
        cause: error,
        hint: `make ${path} and its folder writable`,
      });
    }
  };

  return {
    async acquire() {
      const deadline = performance.now() + waitMs;
      if (performance.now() - metAnotherAt < POLITE_MS) await delay(RETRY_MS_MIN + RETRY_MS_SPREAD);
      while (!tryOnce()) {
        metAnotherAt = performance.now();
        if (metAnotherAt >= deadline) {
          throw new AppError('board-unavailable', `The board's lock ${path} was not free for ${waitMs} ms`, {
            hint: 'another process is writing this board; see which with: fuser -v <the lock file>',
            details: { lock: path, waitMs },
          });
        }
        await delay(RETRY_MS_MIN + Math.random() * RETRY_MS_SPREAD);
      }
      return () => {
        if (held?.database.inTransaction) held.database.exec('ROLLBACK');
      };
    },
    close() {
      held?.database.close();
      held = null;
    },
  };
}

function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
}

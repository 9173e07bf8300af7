import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from '../../core/errors.ts';
import { openLockFile } from '../files/lock-file.ts';

/** A board's lock between processes of one machine. */
export interface FileLock {
  /** Waits for the lock, at most the configured time; the answer gives it back. */
  acquire(): Promise<() => void>;
  close(): void;
}

const RETRY_MS_MIN = 1;
const RETRY_MS_SPREAD = 3;
/** For so long after it met another process a holder lets the others go first. */
const POLITE_MS = 250;

/** Takes turns on the lock file at `path`; waiting never blocks the event loop. */
export function createFileLock({ path, waitMs }: { path: string; waitMs: number }): FileLock {
  const file = openLockFile(path);
  let metAnotherAt = Number.NEGATIVE_INFINITY;

  const tryOnce = (): boolean => {
    try {
      return file.tryLock();
    } catch (error) {
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
      return file.unlock;
    },
    close: file.close,
  };
}

import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';

/** A lock that the kernel frees when its holder dies, however it dies. */
export interface KernelLock {
  release(): void;
}

const RETRY_MS = 50;

/** Takes the lock by an open write transaction on a small SQLite file; null when somebody else holds it. */
export function tryKernelLock(path: string): KernelLock | null {
  const database = new Database(path, { timeout: 0 });
  try {
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
  return { release: () => void database.close() };
}

/** Waits for the lock; null when it was not free in time. */
export async function takeKernelLock(path: string, waitMs: number): Promise<KernelLock | null> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const lock = tryKernelLock(path);
    if (lock !== null || performance.now() > deadline) return lock;
    await delay(RETRY_MS);
  }
}

/** Does a living process hold it? */
export function isKernelLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  const lock = tryKernelLock(path);
  lock?.release();
  return lock === null;
}

function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
}

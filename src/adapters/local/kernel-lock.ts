import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openLockFile } from '../files/lock-file.ts';

/** A lock that the kernel frees when its holder dies, however it dies. */
export interface KernelLock {
  release(): void;
}

const RETRY_MS = 50;

/** Takes the lock of this file; null when somebody else holds it. */
export function tryKernelLock(path: string): KernelLock | null {
  const file = openLockFile(path);
  try {
    if (file.tryLock()) return { release: file.close };
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return null;
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

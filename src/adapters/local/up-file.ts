import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running `up` tells other commands of the same state directory. */
export interface UpInfo {
  readonly pid: number;
  readonly url: string;
  /** Temporal server in use. */
  readonly temporal: string;
  /** Its Web UI; null when none is known. */
  readonly ui: string | null;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** Held as long as an `up` runs; freed by the kernel however it ends. */
export const upLockPath = (stateDir: string): string => join(stateDir, 'up.lock');
const infoPath = (stateDir: string): string => join(stateDir, 'up.json');

/** The `up` of this state directory, or null when none runs. */
export async function readUp(stateDir: string): Promise<UpInfo | null> {
  const info = lastUp(stateDir);
  if (info === null) return null;
  const { isKernelLocked } = await import('./kernel-lock.ts');
  return isKernelLocked(upLockPath(stateDir)) ? info : null;
}

/** What the last `up` said of itself, whether or not it still runs. */
export function lastUp(stateDir: string): UpInfo | null {
  try {
    return JSON.parse(readFileSync(infoPath(stateDir), 'utf8')) as UpInfo;
  } catch {
    return null;
  }
}

export function writeUp(stateDir: string, info: UpInfo): void {
  writeFileSync(infoPath(stateDir), `${JSON.stringify(info)}\n`, { mode: 0o600 });
}

export function removeUp(stateDir: string): void {
  rmSync(infoPath(stateDir), { force: true });
}

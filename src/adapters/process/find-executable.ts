import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { type SpawnFailure, toSpawnFailure } from './spawn-failure.ts';

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Where a binary would be looked up. */
export interface LookUp {
  readonly cwd: string;
  /** PATH as the child will see it. */
  readonly path: string | undefined;
}

/**
 * Answers why `binary` cannot be run, or null when it can. Asked before the spawn because a wrapper in front of the binary
 * would report a missing one as its own exit code.
 */
export function whyNotExecutable(binary: string, { cwd, path }: LookUp): SpawnFailure | null {
  if (!isFolder(cwd)) return { code: 'ENOENT', reason: `Directory does not exist: ${cwd}`, retryable: false };
  const problems = placesOf(binary, { cwd, path }).map(problemOf);
  if (problems.includes(null)) return null;
  const code = problems.includes('EACCES') ? 'EACCES' : 'ENOENT';
  return toSpawnFailure(binary, Object.assign(new Error(code), { code }));
}

/** The file that would be run, or null when there is none. */
export function findExecutable(binary: string, lookUp: LookUp): string | null {
  return placesOf(binary, lookUp).find((file) => problemOf(file) === null) ?? null;
}

function placesOf(binary: string, { cwd, path }: LookUp): readonly string[] {
  if (binary === '') return [];
  if (binary.includes('/')) return [resolve(cwd, binary)];
  return (path ?? DEFAULT_PATH).split(delimiter).map((folder) => resolve(cwd, folder, binary));
}

function problemOf(file: string): 'ENOENT' | 'EACCES' | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return 'ENOENT';
  if (!stat.isFile()) return 'EACCES';
  try {
    accessSync(file, constants.X_OK);
    return null;
  } catch {
    return 'EACCES';
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

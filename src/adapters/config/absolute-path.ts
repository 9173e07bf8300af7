import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** An absolute path; `~/` is the home folder, anything relative starts at the given folder. */
export function absolutePath(path: string, baseDir: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
  return resolve(baseDir, path);
}

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** An absolute path; `~` is the home folder, anything relative starts at `base` (R-AD-014). */
export function absoluteFolder(path: string, base: string, home = homedir()): string {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1));
  return resolve(base, path);
}

import { readFileSync, statSync } from 'node:fs';

/**
 * Does any process hold a whole-file lock (flock) on this file? Read off the kernel's table of locks; where there is
 * none, the answer is no.
 */
export function isFlocked(path: string): boolean {
  const { ino } = statSync(path);
  try {
    return readFileSync('/proc/locks', 'latin1')
      .split('\n')
      .some((line) => isFlockOn(line, ino));
  } catch {
    return false;
  }
}

/** `1: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF`; waiting locks have an arrow and do not count. */
function isFlockOn(line: string, ino: number): boolean {
  const [, kind, , mode, , file] = line.trim().split(/\s+/);
  return kind === 'FLOCK' && mode === 'WRITE' && file?.split(':')[2] === String(ino);
}

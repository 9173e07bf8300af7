import { closeSync, openSync, readSync } from 'node:fs';

const SIZE_MIN = 64 * 1024;
/** The kernel lets nobody start a program with more than this (a quarter of an 8 MiB stack). */
const SIZE_MAX = 4 * 1024 * 1024;

let buffer = Buffer.allocUnsafeSlow(SIZE_MIN);

/**
 * Reads a small kernel file whole, or null when its process is gone or not ours to read. The bytes are valid until the next
 * call: scans read thousands of these, and `readFileSync` would ask for a size that is always 0 and allocate each.
 */
export function readProcFile(path: string): Buffer | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    let length = 0;
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      length += read;
      if (read === 0 || length === SIZE_MAX) return buffer.subarray(0, length);
      if (length === buffer.length) buffer = Buffer.concat([buffer], Math.min(SIZE_MAX, 2 * length));
    }
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Longest part of a log that is read in one go. */
const READ_BYTES_MAX = 64 * 1024;

/** The whole lines that were added to a file since the last look. */
export function followLines(path: string): { next(): string[] } {
  let position = 0;
  let rest = '';
  return {
    next() {
      const added = readFrom(path, position);
      position += added.length;
      const lines = (rest + added.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      return lines.filter((line) => line.trim() !== '');
    },
  };
}

/** The last lines of a file. */
export function readTail(path: string): string[] {
  return readFrom(path, null).toString('utf8').split('\n');
}

/** Bytes from there on, or the last ones; nothing when the file cannot be read. */
function readFrom(path: string, position: number | null): Buffer {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const from = position ?? Math.max(0, fstatSync(file).size - READ_BYTES_MAX);
    const buffer = Buffer.alloc(READ_BYTES_MAX);
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, from));
  } finally {
    closeSync(file);
  }
}

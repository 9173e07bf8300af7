import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AppError, messageOf } from '../../core/errors.ts';
import { BOARD_FILE_BYTES_MAX } from '../../core/limits.ts';
import { type Fingerprint, fingerprintOf, isSame } from '../files/file-fingerprint.ts';
import { type BoardDocument, parseBoard } from './json-document.ts';
import { JsonFault } from './json-scan.ts';

/** A board file as it was at one moment: its document, or what is wrong with it. */
export interface Snapshot {
  readonly fingerprint: Fingerprint;
  readonly readAtMs: number;
  readonly text: string;
  readonly content: BoardDocument | AppError;
}

/** Reads the file behind a path or descriptor; a file that fits `previous` letter by letter is not parsed again. */
export function readSnapshot(path: string, from: number | string, previous: Snapshot | null): Snapshot {
  const fd = typeof from === 'number' ? from : openSync(from, 'r');
  try {
    return readOpenFile(path, fd, previous);
  } finally {
    if (typeof from === 'string') closeSync(fd);
  }
}

function readOpenFile(path: string, fd: number, previous: Snapshot | null): Snapshot {
  const fingerprint = fingerprintOf(fd);
  const readAtMs = Date.now();
  if (fingerprint.size > BOARD_FILE_BYTES_MAX) {
    const problem = `has ${fingerprint.size} bytes, ${BOARD_FILE_BYTES_MAX} are allowed`;
    return { fingerprint, readAtMs, text: '', content: broken(path, problem, { line: 1, column: 1 }) };
  }
  const bytes = readWhole(fd);
  if (!isUtf8(bytes)) {
    const content = broken(path, 'is not UTF-8', positionIn(bytes.toString('latin1'), badByte(bytes)));
    return { fingerprint, readAtMs, text: '', content };
  }
  const text = bytes.toString('utf8');
  // Written to while it was read: known by no fingerprint, so the next read looks again.
  const settled = isSame(fingerprint, fingerprintOf(fd)) ? readAtMs : 0;
  if (previous !== null && previous.text === text && previous.text !== '') {
    return { ...previous, fingerprint, readAtMs: settled };
  }
  return { fingerprint, readAtMs: settled, text, content: parse(path, text) };
}

/** Reads by position, so that one descriptor can be read again. */
function readWhole(fd: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.min(fstatSync(fd).size, BOARD_FILE_BYTES_MAX) + 1);
  let length = 0;
  for (;;) {
    const count = readSync(fd, bytes, length, bytes.length - length, length);
    length += count;
    if (count === 0 || length === bytes.length) return bytes.subarray(0, length);
  }
}

function parse(path: string, text: string): BoardDocument | AppError {
  try {
    return parseBoard(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return broken(path, error.message, positionIn(text, error.offset));
  }
}

/** The error for a board file that cannot be used; never thrown away by a write of ours. */
function broken(path: string, problem: string, at?: { line: number; column: number }): AppError {
  const place = at === undefined ? path : `${path}:${at.line}:${at.column}`;
  return new AppError('board-broken', `Board file ${place}: ${problem}`, {
    hint: 'mend the file; it is read again as soon as it is saved',
    details: { path, problem, ...at },
  });
}

/** The error for a board file that is not there or may not be read. */
export function unreadable(path: string, error: unknown): AppError {
  return new AppError('board-unavailable', `Cannot read the board file ${path}: ${messageOf(error)}`, {
    cause: error,
    details: { path },
  });
}

/** Line and column, both from 1; columns count UTF-16 units as editors do. */
function positionIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** The offset of the first byte that is no UTF-8: halving finds it, since a prefix of good text is good. */
function badByte(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 8) {
    const middle = Math.floor((good + bad) / 2);
    if (isUtf8(bytes.subarray(0, wholeCharacters(bytes, middle)))) good = middle;
    else bad = middle;
  }
  while (good < bytes.length && isUtf8(bytes.subarray(0, wholeCharacters(bytes, good + 1)))) good += 1;
  return good;
}

/** The nearest length, not above, at which no character is cut. */
function wholeCharacters(bytes: Buffer, length: number): number {
  let at = length;
  while (at > 0 && length - at < 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}

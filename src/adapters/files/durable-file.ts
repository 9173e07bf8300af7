import fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AppError, messageOf } from '../../core/errors.ts';
import { type Fingerprint, fingerprintAt, fingerprintOf, isSame, isSameContent } from './file-fingerprint.ts';

const write = promisify(fs.write);
const fsync = promisify(fs.fsync);

/** How a replacement went: done, someone else was faster, or someone wrote into the old file while it went away. */
export type Replacement =
  | { readonly kind: 'replaced'; readonly fingerprint: Fingerprint | null }
  | { readonly kind: 'changed' }
  | { readonly kind: 'overtaken'; readonly fingerprint: Fingerprint | null; readonly oldFd: number };

/** What is known of the file that is replaced. */
export interface ReplaceOptions {
  readonly expected: Fingerprint;
  /** Permissions of the new file; absent = those of the old one. */
  readonly mode?: number;
  /** The caller holds no lock: no other writer may meet its temporary file. */
  readonly unlocked?: boolean;
}

/**
 * Replaces a file whole and durably, but only while it is still the `expected` one. The caller holds the lock that
 * makes it the only writer of this kind; editors know no lock, hence the comparison. With `overtaken` the caller owns
 * `oldFd`.
 */
export async function replaceFile(
  target: string,
  text: string,
  { expected, mode, unlocked = false }: ReplaceOptions,
): Promise<Replacement> {
  const temporary = join(dirname(target), `.${basename(target)}${unlocked ? `.${process.pid}` : ''}.tmp`);
  let oldFd: number | null = null;
  try {
    oldFd = fs.openSync(target, 'r');
    const like = fs.fstatSync(oldFd);
    const written = await writeTemporary(temporary, text, { ...like, mode: mode ?? like.mode });
    // Nothing may come between these lines: the shorter, the fewer edits it can overlook.
    if (!isSame(fingerprintAt(target), expected) || fingerprintOf(oldFd).ino !== expected.ino) {
      fs.unlinkSync(temporary);
      return { kind: 'changed' };
    }
    fs.renameSync(temporary, target);
    const now = fingerprintAt(target);
    const fingerprint = now?.ino === written.ino ? now : null;
    await syncFolder(dirname(target));
    if (isSameContent(fingerprintOf(oldFd), expected)) return { kind: 'replaced', fingerprint };
    const overtaken = { kind: 'overtaken', fingerprint, oldFd } as const;
    oldFd = null;
    return overtaken;
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    if (isMissing(error)) return { kind: 'changed' };
    throw storageError(target, error);
  } finally {
    // Closing the last hold on the old content frees it on disk, which takes a while and nobody waits for.
    if (oldFd !== null) fs.close(oldFd, () => {});
  }
}

/** Creates a file with this content unless it exists; it never exists half-written. False: it was there. */
export function createFile(target: string, text: string, mode = 0o666): boolean {
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.${Date.now()}.tmp`);
  try {
    const fd = fs.openSync(temporary, 'wx', mode);
    try {
      fs.writeFileSync(fd, text);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    return linkOrRename(temporary, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw storageError(target, error);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Writes a side file whole; a failure is the caller's to judge. */
export function writeSideFile(path: string, text: string, mode: number): void {
  const temporary = `${path}.tmp`;
  try {
    fs.writeFileSync(temporary, text, { mode });
    fs.renameSync(temporary, path);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** A link never replaces a file that appeared meanwhile; file systems without links get a rename. */
function linkOrRename(temporary: string, target: string): boolean {
  try {
    fs.linkSync(temporary, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || fs.existsSync(target)) return false;
    fs.renameSync(temporary, target);
  }
  return true;
}

type Like = Pick<fs.Stats, 'mode' | 'uid' | 'gid'>;

async function writeTemporary(path: string, text: string, like: Like): Promise<Fingerprint> {
  // A file left by a killed writer; nobody else uses it, we hold the lock.
  fs.rmSync(path, { force: true });
  const fd = fs.openSync(path, 'wx', like.mode & 0o7777);
  try {
    fs.fchmodSync(fd, like.mode & 0o7777);
    keepOwner(fd, like);
    await writeWhole(fd, Buffer.from(text));
    // A time of whole milliseconds is none the kernel would give, so any later write into this file shows.
    const now = new Date();
    fs.futimesSync(fd, now, now);
    await fsync(fd);
    return fingerprintOf(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** On a full disk a write may be short without an error; half a file must never take the whole one's place. */
async function writeWhole(fd: number, bytes: Buffer): Promise<void> {
  let offset = 0;
  while (offset < bytes.length) {
    const { bytesWritten } = await write(fd, bytes, offset, bytes.length - offset, offset);
    if (bytesWritten === 0) throw Object.assign(new Error('the disk took no more bytes'), { code: 'ENOSPC' });
    offset += bytesWritten;
  }
  const { size } = fs.fstatSync(fd);
  if (size !== bytes.length) throw new Error(`wrote ${bytes.length} bytes, the file has ${size}`);
}

function keepOwner(fd: number, { uid, gid }: Like): void {
  const own = fs.fstatSync(fd);
  if (own.uid === uid && own.gid === gid) return;
  try {
    fs.fchownSync(fd, uid, gid);
  } catch (error) {
    // Only root may give files away; the file stays readable by its mode.
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const fd = fs.openSync(folder, 'r');
  try {
    await fsync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function storageError(path: string, error: unknown): AppError {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(codeOf(error));
  return isFull
    ? new AppError('storage-full', `No space left to write ${path}; the file is unchanged`, {
        cause: error,
        hint: 'free some space; the write is tried again',
        details: { path },
      })
    : new AppError('storage-failed', `Cannot write ${path}: ${messageOf(error)}`, {
        cause: error,
        details: { path },
      });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

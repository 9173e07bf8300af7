import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, messageOf } from '../../core/errors.ts';

/** The code SQLite gave, such as `SQLITE_BUSY`; null for anything else that was thrown. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = (error as Error & { readonly code?: unknown }).code;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : null;
}

/** Another process holds the file for a moment: try again. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'));
}

/** The file itself is damaged or is no database. */
export function isCorrupt(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB'));
}

/** What a person can do about an error of SQLite or of the file system; bugs come back unchanged. */
export function storageError(error: unknown, path: string | null): unknown {
  if (error instanceof AppError) return error;
  const code = sqliteCode(error) ?? (error as NodeJS.ErrnoException | null)?.code ?? null;
  if (code === null) return error;
  const where = path ?? 'the store in memory';
  const made = (kind: 'storage-full' | 'storage-failed', problem: string, hint: string) =>
    new AppError(kind, `${where}: ${problem}`, { cause: error, hint, details: { path, code } });
  if (isFull(code, path))
    return made('storage-full', 'the disk is full', 'Free some space; work goes on by itself.');
  if (isBusy(error))
    return made('storage-failed', 'another process held the file for too long', 'Try again.');
  if (isCorrupt(error)) {
    return made(
      'storage-failed',
      'the database is damaged',
      'Stop every dispatch process, keep a copy of the file, then restore a backup (docs/store.md).',
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return made(
      'storage-failed',
      'the file or its folder is not writable',
      'Give this user write access to it.',
    );
  }
  // ERR_ codes are Node's word for bugs.
  if (code.startsWith('SQLITE_CANTOPEN') || (code.startsWith('E') && !code.startsWith('ERR_'))) {
    return made(
      'storage-failed',
      messageOf(error),
      'Check that the folder exists and this user may write to it.',
    );
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return made('storage-failed', `input or output failed (${code})`, 'Check the disk and the system log.');
  }
  return error;
}

/** A full disk shows as several codes: the shared-memory file of the WAL fails with an I/O error. */
function isFull(code: string, path: string | null): boolean {
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return true;
  if (path === null || !code.startsWith('SQLITE_IOERR')) return false;
  try {
    return statfsSync(dirname(path)).bavail < PAGES_NEEDED;
  } catch {
    return false;
  }
}

/** Below this many free blocks an I/O error is taken for a full disk: the WAL index grows by 32 KiB. */
const PAGES_NEEDED = 9;

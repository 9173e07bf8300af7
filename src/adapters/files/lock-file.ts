import { statSync } from 'node:fs';
import Database from 'better-sqlite3';

/** A lock between processes of one machine, kept open between two uses. */
export interface LockFile {
  /** False: another one has it. Throws when the file cannot be used. */
  tryLock(): boolean;
  unlock(): void;
  close(): void;
}

/**
 * The one kernel lock: an open write transaction on a small SQLite file at `path`. The kernel frees it when its holder
 * dies, however it dies.
 */
export function openLockFile(path: string): LockFile {
  let held: { readonly database: Database.Database; readonly inode: bigint } | null = null;

  function close(): void {
    held?.database.close();
    held = null;
  }
  /** The connection; opened anew when somebody deleted the file, else two holders could hold two files. */
  function connection(): Database.Database {
    const inode = statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
    if (held !== null && held.inode === inode) return held.database;
    close();
    const database = new Database(path, { timeout: 0 });
    try {
      // A read makes the library open the file for real.
      database.pragma('schema_version');
      held = { database, inode: statSync(path, { bigint: true }).ino };
    } finally {
      if (held === null) database.close();
    }
    return database;
  }

  return {
    tryLock() {
      try {
        connection().exec('BEGIN IMMEDIATE');
        return true;
      } catch (error) {
        if (isBusy(error)) return false;
        throw error;
      }
    },
    unlock() {
      if (held?.database.inTransaction) held.database.exec('ROLLBACK');
    },
    close,
  };
}

function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
}

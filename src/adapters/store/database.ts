import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database as SqliteDatabase } from 'better-sqlite3';
import { AppError } from '../../core/errors.ts';
import { STORE_BUSY_MS_MAX, STORE_BUSY_PAUSE_MS_MAX, STORE_BUSY_SPIN_MS_MAX } from '../../core/limits.ts';
import { type Connection, createConnection } from './connection.ts';
import { type DatabaseConfig, openDatabase } from './open-database.ts';
import { isBusy, isCorrupt, storageError } from './storage-error.ts';

/** One file of the store. Errors come as `AppError` `storage-full` or `storage-failed`. */
export interface Database {
  /** Runs synchronous work that only reads. */
  read<T>(work: (connection: Connection) => T): Promise<T>;
  /** Like `read`, but at once: throws when the file is not free. */
  readNow<T>(work: (connection: Connection) => T): T;
  /** Runs synchronous work as one transaction; waits without blocking while another process writes. */
  write<T>(work: (connection: Connection) => T): Promise<T>;
  /** Changes whenever another connection has committed. */
  foreignChanges(): number;
  close(): void;
}

/** Opens a database file; waits up to 10 s for other processes that hold it. */
export async function createDatabase(config: DatabaseConfig): Promise<Database> {
  const file = await patiently(config.path, () => openHandle(config));
  return bindDatabase(config, file);
}

/** What belongs to one opening of the file; replaced as a whole when a damaged file is rebuilt. */
interface Handle {
  readonly db: SqliteDatabase;
  readonly connection: Connection;
  readonly inode: number | null;
}

function openHandle(config: DatabaseConfig): Handle {
  const db = openDatabase(config);
  return { db, connection: createConnection(db), inode: inodeOf(config.path) };
}

function bindDatabase(config: DatabaseConfig, first: Handle): Database {
  let handle = first;

  /** A damaged file that can be rebuilt is replaced while running, once per call. */
  function healing<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isCorrupt(error) || config.onMovedAside === undefined) throw error;
      handle.db.close();
      handle = openHandle(config);
      return work();
    }
  }
  function assertOpen(): void {
    if (!handle.db.open) throw new AppError('shutting-down', 'the store is closed');
  }
  const run = <T>(work: () => T): Promise<T> =>
    patiently(config.path, () => {
      assertOpen();
      return healing(work);
    });

  return {
    read: (work) => run(() => work(handle.connection)),
    readNow(work) {
      assertOpen();
      try {
        return work(handle.connection);
      } catch (error) {
        throw storageError(error, config.path);
      }
    },
    write: (work) =>
      run(() => {
        assertInPlace(config.path, handle.inode);
        return inTransaction(handle, work);
      }),
    foreignChanges: () =>
      handle.db.open ? (handle.db.pragma('data_version', { simple: true }) as number) : 0,
    close: () => handle.db.close(),
  };
}

function inTransaction<T>({ db, connection }: Handle, work: (connection: Connection) => T): T {
  // IMMEDIATE: a lock taken half-way could not be waited for, the read snapshot would be stale.
  db.exec('begin immediate');
  try {
    const result = work(connection);
    db.exec('commit');
    return result;
  } catch (error) {
    // A full disk may have rolled back already.
    if (db.inTransaction) db.exec('rollback');
    throw error;
  }
}

/**
 * SQLite goes on writing into a file that was moved or deleted; such a write would be acknowledged and lost.
 */
function assertInPlace(path: string | null, inode: number | null): void {
  if (path === null || inodeOf(path) === inode) return;
  throw new AppError('storage-failed', `${path} was moved, deleted or replaced while it was in use`, {
    hint: 'Put it back, or restart dispatch to begin with a new one.',
    details: { path },
  });
}

function inodeOf(path: string | null): number | null {
  return path === null ? null : (statSync(path, { throwIfNoEntry: false })?.ino ?? null);
}

/**
 * Tries until the file is free. Short bursts of tries find the gap between two writes of a busy neighbour, which
 * tries milliseconds apart miss again and again; the pauses between the bursts keep the event loop running.
 */
async function patiently<T>(path: string | null, work: () => T): Promise<T> {
  const start = performance.now();
  let burstEnd = start + STORE_BUSY_SPIN_MS_MAX;
  for (;;) {
    try {
      return work();
    } catch (error) {
      const now = performance.now();
      if (!isBusy(error) || now - start > STORE_BUSY_MS_MAX) throw storageError(error, path);
      if (now < burstEnd) continue;
    }
    await delay(1 + Math.random() * STORE_BUSY_PAUSE_MS_MAX);
    burstEnd = performance.now() + STORE_BUSY_SPIN_MS_MAX;
  }
}

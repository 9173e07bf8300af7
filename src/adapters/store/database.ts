import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../core/errors.ts';
import {
  STORE_BUSY_AGED_MS,
  STORE_BUSY_AGED_PAUSE_MS,
  STORE_BUSY_MS_MAX,
  STORE_BUSY_PAUSE_MS,
  STORE_BUSY_PAUSE_MS_MAX,
  STORE_BUSY_SPIN_MS_MAX,
} from '../../core/store-limits.ts';
import { type Connection, createConnection } from './connection.ts';
import {
  type DatabaseConfig,
  inodeOf,
  type OpenFile,
  openDatabase,
  reopenDatabase,
} from './open-database.ts';
import { isBusy, isCorrupt, storageError } from './storage-error.ts';

/** One file of the store. Errors come as `AppError` `storage-full` or `storage-failed`. */
export interface Database {
  /** Runs synchronous work that only reads. */
  read<T>(work: (connection: Connection) => T): Promise<T>;
  /** Like `read`, but at once: throws when the file is not free. */
  readNow<T>(work: (connection: Connection) => T): T;
  /** Runs synchronous work as one transaction; waits without blocking while another process writes. */
  write<T>(work: (connection: Connection) => T): Promise<T>;
  /** Like `write`, but survives a power cut only once a `write` has followed: costs a fraction. */
  note<T>(work: (connection: Connection) => T): Promise<T>;
  /** Changes whenever another connection has committed. */
  foreignChanges(): number;
  close(): void;
}

/** Opens a database file; waits up to 10 s for other processes that hold it. */
export async function createDatabase(config: DatabaseConfig): Promise<Database> {
  const file = await patiently(config.path, () => openDatabase(config));
  return bindDatabase(config, handleOf(file));
}

/** What belongs to one opening of the file; replaced as a whole when a damaged file is rebuilt. */
interface Handle extends OpenFile {
  readonly connection: Connection;
}

const handleOf = (file: OpenFile): Handle => ({ ...file, connection: createConnection(file.db) });

function bindDatabase(config: DatabaseConfig, first: Handle): Database {
  const { path, synchronous } = config;
  let handle = first;
  let closed = false;

  function replace(cause: unknown): void {
    handle.db.close();
    handle = handleOf(reopenDatabase(config, { inode: handle.inode, cause }));
  }
  /** A damaged file that can be rebuilt is replaced while running, once per call. */
  function healing<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isCorrupt(error) || config.onMovedAside === undefined) throw error;
      replace(error);
      return work();
    }
  }
  /** SQLite goes on writing into a file that is gone; such a write would be acknowledged and lost. */
  function assertInPlace(): void {
    if (path === null || inodeOf(path) === handle.inode) return;
    const moved = movedAway(path);
    if (config.onMovedAside === undefined || !existsSync(dirname(path))) throw moved;
    replace(moved);
  }
  function assertOpen(): void {
    if (closed) throw new AppError('shutting-down', 'the store is closed');
    // An earlier replacement failed half-way, such as on a full disk.
    if (!handle.db.open) handle = handleOf(openDatabase(config));
  }
  const run = <T>(work: () => T): Promise<T> =>
    patiently(path, () => {
      assertOpen();
      return healing(work);
    });
  const change = <T>(commit: () => T): Promise<T> =>
    run(() => {
      assertInPlace();
      return commit();
    });

  return {
    read: (work) => run(() => work(handle.connection)),
    readNow(work) {
      assertOpen();
      try {
        return work(handle.connection);
      } catch (error) {
        throw storageError(error, path);
      }
    },
    write: (work) => change(() => inTransaction(handle, work)),
    note: (work) =>
      change(() => (synchronous === 'FULL' ? unsynced(handle, work) : inTransaction(handle, work))),
    foreignChanges: () =>
      handle.db.open ? (handle.db.pragma('data_version', { simple: true }) as number) : 0,
    close() {
      closed = true;
      handle.db.close();
    },
  };
}

const movedAway = (path: string): AppError =>
  new AppError('storage-failed', `${path} was moved, deleted or replaced while it was in use`, {
    hint: 'Put it back, or restart dispatch to begin with a new one.',
    details: { path },
  });

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

/** The log is written, not forced out to the disk; the next commit that is takes this one along. */
function unsynced<T>(handle: Handle, work: (connection: Connection) => T): T {
  handle.db.pragma('synchronous = NORMAL');
  try {
    return inTransaction(handle, work);
  } finally {
    handle.db.pragma('synchronous = FULL');
  }
}

/**
 * Tries until the file is free. Short bursts of tries find the gap between two writes of a busy neighbour, which
 * tries milliseconds apart miss again and again; the pauses between the bursts keep the event loop running. They grow: a
 * crowd of processes that try must leave the processor to the one that writes. In the end they shrink: nobody is passed
 * over for ever.
 */
async function patiently<T>(path: string | null, work: () => T): Promise<T> {
  const start = performance.now();
  let burstEnd = start + STORE_BUSY_SPIN_MS_MAX;
  let pauseMs = STORE_BUSY_PAUSE_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      const now = performance.now();
      if (!isBusy(error) || now - start > STORE_BUSY_MS_MAX) throw storageError(error, path);
      if (now < burstEnd) continue;
    }
    await delay(1 + Math.random() * pauseMs);
    const aged = performance.now() - start > STORE_BUSY_AGED_MS;
    pauseMs = aged ? STORE_BUSY_AGED_PAUSE_MS : Math.min(2 * pauseMs, STORE_BUSY_PAUSE_MS_MAX);
    burstEnd = performance.now() + STORE_BUSY_SPIN_MS_MAX;
  }
}

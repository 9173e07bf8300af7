import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3, { type Database as SqliteDatabase } from 'better-sqlite3';
import { STORE_OPEN_WAIT_MS_MAX } from '../../core/store-limits.ts';
import { type Migration, migrate } from './migrate.ts';
import { isCorrupt } from './storage-error.ts';

/** How one file of the store is opened. */
export interface DatabaseConfig {
  /** Null = in memory. */
  readonly path: string | null;
  /** FULL: a commit survives a power cut. NORMAL: it survives the death of the process. */
  readonly synchronous: 'FULL' | 'NORMAL';
  readonly migrations: readonly Migration[];
  readonly now: () => number;
  /** The file belongs to other programs, too: the mode of one that exists stays as it is. */
  readonly keepsMode?: boolean;
  /** Set for a file that can be rebuilt: a damaged one is moved aside and this hears where to. */
  readonly onMovedAside?: (movedTo: string, cause: unknown) => void;
}

const FILE_MODE = 0o600;
const DIR_MODE = 0o700;
const COMPANIONS = ['', '-wal', '-shm'];

/** One opening of a database file. */
export interface OpenFile {
  readonly db: SqliteDatabase;
  /** Of the file opened; null in memory. */
  readonly inode: number | null;
}

/** Opens, or creates, one database in its newest shape, readable by its owner alone (R-SYS-031). */
export function openDatabase(config: DatabaseConfig): OpenFile {
  const { path } = config;
  protectFile(config);
  const inode = inodeOf(path);
  try {
    return { db: openOnce(config), inode };
  } catch (error) {
    if (!isCorrupt(error) || config.onMovedAside === undefined) throw error;
    return reopenDatabase(config, { inode, cause: error });
  }
}

/** Opens the file anew; the damaged one goes out of the way unless another process has done that already. */
export function reopenDatabase(
  config: DatabaseConfig,
  broken: { readonly inode: number | null; readonly cause: unknown },
): OpenFile {
  const { path } = config;
  if (path !== null && inodeOf(path) === broken.inode) {
    config.onMovedAside?.(moveAside(path, config.now()), broken.cause);
  }
  protectFile(config);
  const inode = inodeOf(path);
  return { db: openOnce(config), inode };
}

/** Which file stands at a path now; null = none, or in memory. */
export function inodeOf(path: string | null): number | null {
  return path === null ? null : (statSync(path, { throwIfNoEntry: false })?.ino ?? null);
}

function openOnce({ path, synchronous, migrations, now }: DatabaseConfig): SqliteDatabase {
  const db = new BetterSqlite3(path ?? ':memory:', { timeout: STORE_OPEN_WAIT_MS_MAX });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${synchronous}`);
    // Without it a commit on macOS stays in the drive's cache; elsewhere it changes nothing.
    if (synchronous === 'FULL') db.pragma('fullfsync = 1');
    db.pragma('journal_size_limit = 67108864');
    migrate(db, migrations, now());
    // From here on waiting happens outside SQLite, where it does not block the event loop.
    db.pragma('busy_timeout = 0');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Makes the file before SQLite does, which gives `-wal` and `-shm` the mode of the main file. A file that exists is
 * not opened here: closing it would drop the locks that another connection of this process holds on it.
 */
function protectFile({ path, keepsMode }: DatabaseConfig): void {
  if (path === null) return;
  mkdirSync(dirname(path), { recursive: true, mode: DIR_MODE });
  const present = statSync(path, { throwIfNoEntry: false });
  if (present === undefined) createFile(path);
  else if (keepsMode !== true && (present.mode & ~FILE_MODE & 0o777) !== 0) chmodSync(path, FILE_MODE);
}

function createFile(path: string): void {
  try {
    closeSync(openSync(path, 'ax', FILE_MODE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function moveAside(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(':', '-');
  const movedTo = `${path}.broken-${stamp}`;
  for (const suffix of COMPANIONS) {
    if (existsSync(path + suffix)) renameSync(path + suffix, movedTo + suffix);
  }
  return movedTo;
}

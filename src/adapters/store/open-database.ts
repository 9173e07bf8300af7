import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3, { type Database as SqliteDatabase } from 'better-sqlite3';
import { STORE_OPEN_WAIT_MS_MAX } from '../../core/limits.ts';
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
  /** Set for a file that can be rebuilt: a damaged one is moved aside and this hears where to. */
  readonly onMovedAside?: (movedTo: string, cause: unknown) => void;
}

const FILE_MODE = 0o600;
const DIR_MODE = 0o700;
const COMPANIONS = ['', '-wal', '-shm'];

/** Opens, or creates, one database in its newest shape, readable by its owner alone (R-SYS-031). */
export function openDatabase(config: DatabaseConfig): SqliteDatabase {
  try {
    return openOnce(config);
  } catch (error) {
    if (!isCorrupt(error) || config.path === null || config.onMovedAside === undefined) throw error;
    config.onMovedAside(moveAside(config.path, config.now()), error);
    return openOnce(config);
  }
}

function openOnce({ path, synchronous, migrations, now }: DatabaseConfig): SqliteDatabase {
  if (path !== null) protectFile(path);
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

/** SQLite gives its `-wal` and `-shm` files the mode of the main file. */
function protectFile(path: string): void {
  const dir = dirname(path);
  mkdirSync(dir, { recursive: true, mode: DIR_MODE });
  narrow(dir, DIR_MODE);
  closeSync(openSync(path, 'a', FILE_MODE));
  narrow(path, FILE_MODE);
}

function narrow(path: string, mode: number): void {
  if ((statSync(path).mode & 0o777 & ~mode) !== 0) chmodSync(path, mode);
}

function moveAside(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(':', '-');
  const movedTo = `${path}.broken-${stamp}`;
  for (const suffix of COMPANIONS) {
    if (existsSync(path + suffix)) renameSync(path + suffix, movedTo + suffix);
  }
  return movedTo;
}

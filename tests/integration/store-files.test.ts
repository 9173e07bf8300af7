import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createSqliteStore, type SqliteStoreConfig } from '../../src/adapters/store/create-sqlite-store.ts';
import { AppError } from '../../src/core/errors.ts';
import { anEvent, aRun } from '../contract/store-builders.ts';
import { aStateDir } from './store-children.ts';

const open = (dir: string, more: Partial<SqliteStoreConfig> = {}) =>
  createSqliteStore({ dir, project: 'shop', ...more });
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** A store that holds one of each, closed again. */
async function aUsedStore(): Promise<string> {
  const dir = aStateDir();
  const store = await open(dir);
  await store.records.putTaskState('1', { status: 'running' });
  await store.projection.putRun(aRun());
  await store.projection.appendEvents([anEvent(), anEvent()]);
  await store.close();
  return dir;
}

/** Damages everything after the header page, where the tables are. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0x5a, 100));
}

test('state files are for their owner alone, whatever the umask (R-SYS-031)', async () => {
  const before = process.umask(0);
  try {
    const dir = aStateDir();
    const store = await open(dir);
    await store.records.putTaskState('1', { status: 'running' });
    expect(modeOf(dir)).toBe('700');
    const files = readdirSync(dir);
    expect(files).toEqual(expect.arrayContaining(['records.db', 'records.db-wal', 'projection.db']));
    for (const file of files) expect([file, modeOf(join(dir, file))]).toEqual([file, '600']);
    await store.close();
    chmodSync(join(dir, 'records.db'), 0o644);
    await (await open(dir)).close();
    expect(modeOf(join(dir, 'records.db'))).toBe('600');
  } finally {
    process.umask(before);
  }
});

test('a directory that others can read is left alone and told of (R-SYS-031)', async () => {
  const dir = aStateDir();
  mkdirSync(dir, { mode: 0o755 });
  const warnings: string[] = [];
  await (await open(dir, { onWarning: (message) => warnings.push(message) })).close();
  expect(modeOf(dir)).toBe('755');
  expect(warnings).toEqual([expect.stringContaining('open to other users')]);
});

test('an existing store is opened as it is, an empty file becomes one', async () => {
  const dir = await aUsedStore();
  const shapes = (name: string) => {
    const db = new BetterSqlite3(join(dir, name));
    const rows = db.prepare('select version, name from schema_migrations order by version').all();
    const mode = db.pragma('journal_mode', { simple: true });
    db.close();
    return { rows, mode };
  };
  const first = shapes('records.db');
  const names = ['first-shape', 'jobs', 'jobs-by-parent'];
  const rows = names.map((name, index) => ({ version: index + 1, name }));
  expect(first).toMatchObject({ mode: 'wal' });
  expect(first.rows.slice(0, names.length)).toEqual(rows);
  const store = await open(dir);
  expect(await store.records.getTaskState('1')).toMatchObject({ status: 'running' });
  await store.close();
  expect(shapes('records.db')).toEqual(first);
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `projection.db${suffix}`), { force: true });
  writeFileSync(join(dir, 'projection.db'), '');
  const again = await open(dir);
  expect(await again.projection.listRuns({ limit: 1 })).toEqual([]);
  await again.close();
});

test.each(['records.db', 'projection.db'])(
  '%s of a newer version is refused and left alone',
  async (name) => {
    const dir = await aUsedStore();
    const db = new BetterSqlite3(join(dir, name));
    db.exec(`insert into schema_migrations values (99, 'from-the-future', 0)`);
    db.close();
    const error = await open(dir).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining('newer version'),
      hint: expect.stringContaining('another state directory'),
      details: { found: 99 },
    });
    expect(readdirSync(dir).sort()).toEqual(['projection.db', 'records.db']);
  },
);

test('a damaged projection is moved aside and begun anew; its numbers go on rising (R-SYS-024)', async () => {
  const dir = await aUsedStore();
  damage(join(dir, 'projection.db'));
  const warnings: unknown[] = [];
  const store = await open(dir, { onWarning: (_message, details) => warnings.push(details.movedTo) });
  expect(warnings).toEqual([expect.stringMatching(/projection\.db\.broken-/)]);
  expect(readdirSync(dir).filter((file) => file.includes('.broken-')).length).toBe(1);
  expect(await store.projection.getRun('run-1')).toBeNull();
  expect((await store.projection.appendEvents([anEvent()]))[0]?.seq).toBeGreaterThan(2);
  expect(await store.records.getTaskState('1')).toMatchObject({ status: 'running' });
  await store.close();
});

test('a projection found damaged while running is begun anew at once', async () => {
  const dir = aStateDir();
  const warnings: string[] = [];
  const store = await open(dir, { onWarning: (message) => warnings.push(message) });
  const other = await open(dir);
  for (let index = 0; index < 50; index++) {
    await store.projection.putRun(aRun({ runId: `run-${index}`, prompt: 'x'.repeat(4_000) }));
  }
  const [first] = await store.projection.appendEvents([anEvent()]);
  const raw = new BetterSqlite3(join(dir, 'projection.db'));
  raw.pragma('wal_checkpoint(TRUNCATE)');
  damage(join(dir, 'projection.db'));
  raw.close();
  await store.projection.putRun(aRun({ runId: 'after' }));
  expect(warnings).toEqual([expect.stringContaining('moved aside')]);
  expect(await store.projection.getRun('after')).toMatchObject({ runId: 'after' });
  const [second] = await store.projection.appendEvents([anEvent()]);
  expect(second?.seq).toBeGreaterThan(first?.seq ?? 0);
  // The neighbour follows to the new file with its next write.
  await other.projection.putRun(aRun({ runId: 'other' }));
  expect(await store.projection.getRun('other')).toMatchObject({ runId: 'other' });
  await Promise.all([store.close(), other.close()]);
});

test('damaged records are refused and never touched', async () => {
  const dir = await aUsedStore();
  const path = join(dir, 'records.db');
  damage(path);
  const before = readFileSync(path);
  await expect(open(dir)).rejects.toMatchObject({
    code: 'storage-failed',
    message: expect.stringContaining('damaged'),
    hint: expect.stringContaining('backup'),
  });
  expect(readFileSync(path)).toEqual(before);
  const text = 'no database at all, but text that is longer than the header of one. '.repeat(4);
  writeFileSync(path, text);
  await expect(open(dir)).rejects.toMatchObject({ code: 'storage-failed' });
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readdirSync(dir).filter((file) => file.includes('broken'))).toEqual([]);
});

test('records that are moved away while in use take no more writes (F17)', async () => {
  const dir = aStateDir();
  const store = await open(dir);
  await store.records.putTaskState('1', { status: 'running' });
  renameSync(dir, `${dir}-moved`);
  const refused = { code: 'storage-failed', message: expect.stringContaining('was moved') };
  await expect(store.records.putTaskState('2', { status: 'running' })).rejects.toMatchObject(refused);
  await expect(store.projection.putRun(aRun())).rejects.toMatchObject(refused);
  expect(existsSync(dir)).toBe(false);
  renameSync(`${dir}-moved`, dir);
  await store.records.putTaskState('2', { status: 'running' });
  rmSync(join(dir, 'projection.db'));
  await store.projection.putRun(aRun());
  expect(await store.projection.getRun('run-1')).not.toBeNull();
  await store.close();
});

test('a place that cannot hold a store is named', async () => {
  const dir = aStateDir();
  writeFileSync(dir, 'a file where the folder should be');
  await expect(open(dir)).rejects.toMatchObject({ code: 'storage-failed' });
  await expect(open(join(dirname(dir), 'state', 'deeper'))).rejects.toMatchObject({ code: 'storage-failed' });
});

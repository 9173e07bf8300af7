import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { verifyFile as VerifyFile } from '../../src/adapters/audit/verify-file.ts';
import type { createSqliteStore as CreateSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import type { Store } from '../../src/core/ports/store.ts';
import type { Bench, Row } from '../lib/bench.ts';
import { comparedRow } from '../lib/compare.ts';
import { rssMbOf, watchConditions } from '../lib/machine.ts';
import { ratedRow } from '../lib/rates.ts';
import { arm, inRounds } from '../lib/rounds.ts';

const PROJECT = 'audited';
const AT_ONCE = 100;
const MILLION = 1_000_000;

/**
 * A1: a durable change with its audit line against the same change without one; A2: lines a second, one by one and in
 * crowds; A3: how long it takes to verify a million of them.
 */
export async function auditRows(bench: Bench): Promise<readonly Row[]> {
  const conditions = watchConditions();
  const dir = join(bench.dir, 'audit');
  mkdirSync(dir, { recursive: true });
  const load = <Module>(path: string) => import(join(bench.code, path)) as Promise<Module>;
  const { createSqliteStore } = await load<{ createSqliteStore: typeof CreateSqliteStore }>(
    'adapters/store/create-sqlite-store.js',
  );
  const { verifyFile } = await load<{ verifyFile: typeof VerifyFile }>('adapters/audit/verify-file.js');
  const store = await createSqliteStore({ dir, project: PROJECT });
  try {
    const change = await changeRow(bench, store, dir);
    const rates = [
      await rateRow(bench, store, { dir, together: 1 }),
      await rateRow(bench, store, { dir, together: AT_ONCE }),
    ];
    const lines = bench.quick ? MILLION / 10 : MILLION;
    bench.say(`A3 audit: writing ${lines} lines`);
    for (let written = 0; written < lines; written += 500) await crowd(store, 500);
    const before = rssMbOf(process.pid);
    const start = performance.now();
    const [chain] = verifyFile(join(dir, 'records.db'), new Map()).chains;
    const seconds = (performance.now() - start) / 1000;
    if (chain?.fault !== null) throw new Error(`the trail is broken: ${JSON.stringify(chain)}`);
    const grown = rssMbOf(process.pid) - before;
    const facts = { ...NOTHING, conditions: conditions() };
    const more = { lines: chain.rows, seconds, 'memory grew by MB': grown };
    const what = `audit verify of ${chain.rows} lines`;
    return [
      ...[change, ...rates],
      { ...facts, id: 'A3', what, unit: 'lines/s', ours: chain.rows / seconds, more },
    ];
  } finally {
    await store.close();
  }
}

const NOTHING = { floor: null, ratio: null, target: null, reached: null };

/** Both write one row of the same size and force it to the same disk. */
async function changeRow(bench: Bench, store: Store, dir: string): Promise<Row> {
  const conditions = watchConditions();
  bench.say('A1 audit: changes');
  const db = durable(join(dir, 'floor.db'));
  db.exec('create table states (task_id text primary key, status text, retry_count int, reason text)');
  const put = db.prepare('insert or replace into states values (?, ?, ?, ?)');
  let count = 0;
  const arms = [
    arm('ours', () =>
      timed(() => store.records.putTaskState(`${count++ % 1_000}`, { status: 'claimed', retryCount: count })),
    ),
    arm('floor', () => timed(() => void put.run(`${count++ % 1_000}`, 'claimed', count, null))),
  ];
  const [rounds, perRound] = bench.quick ? [4, 50] : [10, 200];
  const measured = await inRounds(arms, { rounds, perRound, onRound: () => undefined });
  db.close();
  const of = (name: string) => ({ arm: name, span: 'took' });
  const what = 'a durable change of a task with its audit line; floor: without';
  const compared = {
    id: 'A1',
    what,
    ours: of('ours'),
    floor: of('floor'),
    share: 0.5,
    target: null,
  } as const;
  return comparedRow(measured, compared, conditions());
}

/** Lines a second when so many are asked for together; beside them the same rows, unchained, in one transaction. */
async function rateRow(bench: Bench, store: Store, { dir, together }: Together): Promise<Row> {
  const conditions = watchConditions();
  bench.say(`A2 audit: ${together} at once`);
  const floor = plainLines(join(dir, `plain-${together}.db`));
  const arms = [
    arm('ours', () => timed(() => crowd(store, together))),
    arm('floor', () => timed(() => floor.insert(together))),
  ];
  const lines = bench.quick ? 1_000 : 10_000;
  const rounds = bench.quick ? 4 : 10;
  const perRound = Math.ceil(lines / together / rounds);
  const measured = await inRounds(arms, { rounds, perRound, onRound: () => undefined });
  floor.close();
  const what = together === 1 ? 'audit lines, each forced to the disk' : `audit lines, ${together} at once`;
  const rated = { id: together === 1 ? 'A2' : 'A2.crowd', what: `${what}; floor: rows without a chain` };
  return ratedRow(
    measured,
    { ...rated, unit: 'lines/s', ours: 'ours', floor: 'floor', perSample: together },
    conditions(),
  );
}

interface Together {
  readonly dir: string;
  readonly together: number;
}

/** The same columns in a file of their own, kept as durably. */
function plainLines(path: string) {
  const db = durable(path);
  db.exec(
    'create table lines (project text, seq int, at int, channel text, actor text, action text, subject text, detail text, primary key (project, seq))',
  );
  const put = db.prepare('insert into lines values (?, ?, ?, ?, ?, ?, ?, ?)');
  let seq = 0;
  const insert = db.transaction((count: number) => {
    for (let index = 0; index < count; index += 1) {
      const { at, channel, actor, action, subject, detail } = lineOf(index);
      seq += 1;
      put.run(PROJECT, seq, at, channel, actor, action, subject, JSON.stringify(detail));
    }
  });
  return { insert: (count: number) => void insert.immediate(count), close: () => db.close() };
}

function durable(path: string) {
  const db = new BetterSqlite3(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  return db;
}

const timed = async (work: () => unknown) => {
  const start = performance.now();
  await work();
  return { took: performance.now() - start };
};

const lineOf = (index: number) => ({
  ...{ at: Date.now(), channel: 'cli', actor: 'bench', action: 'move-task', subject: String(index) },
  detail: { target_queue: 'In Progress', from: 'Todo' },
});

const crowd = ({ records }: Store, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, (_, index) => records.appendAudit(lineOf(index))));

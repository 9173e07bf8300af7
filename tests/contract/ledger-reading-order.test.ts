import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { dayFacts } from '../../src/adapters/boards/ledger/day-facts.ts';
import { makeLedger } from '../../src/adapters/boards/ledger/make-ledger.ts';
import { createPage } from '../../src/adapters/boards/ledger/page.ts';
import { readyTasks } from '../../src/adapters/boards/ledger/read-tasks.ts';
import { type Connection, createConnection } from '../../src/adapters/store/connection.ts';
import type { Query } from '../../src/adapters/store/query.ts';
import { aFolder } from '../helpers/ledger-file.ts';

interface Row {
  readonly id: string;
  readonly status?: string;
  readonly role?: string;
  readonly dependencies?: readonly string[];
  readonly priority?: number;
  readonly finishedAt?: string | null;
}

/** A ledger with these tasks, whose connection notes how SQLite answers each question. */
async function aLedger(tasks: readonly Row[] = []) {
  const path = join(aFolder(), 'ledger.db');
  await makeLedger(path);
  const db = new BetterSqlite3(path);
  onTestFinished(() => void db.close());
  const add = db.prepare(
    `insert into tasks (id, agent_owner, status, title, description, dependencies, priority, created_at, finished_at)
      values (?, ?, ?, 'a', 'b', ?, ?, '2026-03-01T00:00:00Z', ?)`,
  );
  for (const { id, role = 'code', status = 'pending', dependencies = [], priority = 3, finishedAt } of tasks)
    add.run(id, role, status, JSON.stringify(dependencies), priority, finishedAt ?? null);
  const real = createConnection(db);
  const plans: string[] = [];
  const note = (query: Query<never, unknown>, args: never) => {
    const steps = db.prepare(`explain query plan ${query.sql()}`).all(...query.bind(args));
    plans.push((steps as { detail: string }[]).map(({ detail }) => detail).join('; '));
  };
  const connection: Connection = {
    all(query, args) {
      note(query as Query<never, unknown>, args as never);
      return real.all(query, args);
    },
    get(query, args) {
      note(query as Query<never, unknown>, args as never);
      return real.get(query, args);
    },
    run: real.run,
  };
  return { connection, plans };
}

const SORTS = /TEMP B-TREE FOR (LAST TERM OF )?ORDER BY/;
const whole = (plan: string) => /SCAN tasks(?! USING COVERING)/.test(plan);

test('a page finds what is in line and what ended last by an index, without sorting a ledger of any length (R-PROD-030)', async () => {
  const { connection, plans } = await aLedger();
  await createPage({ read: async (work) => work(connection) }).queue(100);
  const ofTasks = plans.filter(
    (plan) => /tasks_(in_line|ended) \(status=\?\)/.test(plan) && !SORTS.test(plan),
  );
  expect(ofTasks).toHaveLength(5);
  // The sixth: tasks in progress are as many as there are slots.
  expect(plans).toHaveLength(6);
  expect(plans.filter(whole)).toEqual([]);
});

test('a page shows what ended last, however it ended, and no more of it than asked for', async () => {
  const at = (day: number) => `2026-03-0${day}T00:00:00Z`;
  const { connection } = await aLedger([
    { id: 'never', status: 'done', finishedAt: null },
    { id: 'done-1', status: 'done', finishedAt: at(1) },
    { id: 'failed-2', status: 'failed', finishedAt: at(2) },
    { id: 'escalated-4', status: 'escalated', finishedAt: at(4) },
    { id: 'killed-3', status: 'killed', finishedAt: at(3) },
    { id: 'done-5', status: 'done', finishedAt: at(5) },
    { id: 'again', status: 'pending', finishedAt: at(6) },
  ]);
  const page = createPage({ read: async (work) => work(connection) });
  const recent = async (limit: number) => (await page.queue(limit)).recent.map(({ id }) => id);
  expect(await recent(3)).toEqual(['done-5', 'escalated-4', 'killed-3']);
  expect(await recent(10)).toEqual(['done-5', 'escalated-4', 'killed-3', 'failed-2', 'done-1', 'never']);
});

test('ready tasks of a role are read in their order; a bound counts only what can be taken up (R-PROD-030, R-PROD-098)', async () => {
  const blocked = Array.from({ length: 60 }, (_, n) => ({ id: `b${n}`, priority: 0, dependencies: ['low'] }));
  const { connection, plans } = await aLedger([
    ...blocked,
    { id: 'low', priority: 5 },
    { id: 'high', priority: 1, role: 'qa' },
    { id: 'mid-1', priority: 2, role: 'qa' },
    { id: 'mid-2', priority: 2 },
  ]);
  const ready = (limit?: number) => readyTasks(connection, ['code', 'qa'], limit).map(({ id }) => id);
  expect(ready()).toEqual(['high', 'mid-1', 'mid-2', 'low']);
  expect(ready(3)).toEqual(['high', 'mid-1', 'mid-2']);
  expect(ready(0)).toEqual([]);
  for (const plan of plans) {
    expect(plan).toContain('idx_tasks_agent_status_priority (agent_owner=? AND status=?)');
    expect(plan).not.toMatch(SORTS);
  }
});

test("a day's report reads the day, not all that was ever done (R-PROD-073)", async () => {
  const { connection, plans } = await aLedger([
    { id: 'before', status: 'done', finishedAt: '2026-02-28T23:59:59Z' },
    { id: 'first', status: 'done', finishedAt: '2026-03-01T00:00:00Z' },
    { id: 'last', status: 'done', finishedAt: '2026-03-01T23:59:59.999999+00:00' },
    { id: 'after', status: 'done', finishedAt: '2026-03-02T00:00:00Z' },
  ]);
  const { shipped } = dayFacts(connection, '2026-03-01');
  expect(shipped.count).toBe(2);
  expect(shipped.listed.map(({ id }) => id)).toEqual(['last', 'first']);
  const range = 'tasks_ended (status=? AND finished_at>? AND finished_at<?)';
  expect(plans.filter((plan) => plan.includes(range))).toHaveLength(3);
  expect(plans.filter(whole)).toEqual([]);
});

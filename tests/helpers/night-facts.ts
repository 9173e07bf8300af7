import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect } from 'vitest';
import { firstBadRow, rows } from './ledger-file.ts';
import { PRICES } from './night-figures.ts';
import { command, type Night, post } from './night-project.ts';
import { sumsOn } from './night-watch.ts';
import { processesWith } from './processes.ts';
import { until } from './project.ts';
import { contradictions, witnessLines } from './witness.ts';

const micro = (usd: number): number => Math.round(usd * 1_000_000);

/** Tasks by status. */
export const statuses = ({ file }: Night): Readonly<Record<string, number>> =>
  Object.fromEntries(
    rows<{ status: string; count: number }>(
      file,
      'select status, count(*) as count from tasks group by status',
    ).map(({ status, count }) => [status, count]),
  );

/** No task was lost, none ran twice at once, each that is done was finished by one run. */
export async function expectNothingLost(night: Night): Promise<void> {
  expect(await contradictions(night)).toEqual([]);
  const odd = rows(
    night.file,
    `select t.id, t.status, count(r.run_id) as finished from tasks t
     left join task_runs r on r.task_id = t.id and r.step = 'done'
     group by t.id having finished <> (t.status = 'done')`,
  );
  expect(odd).toEqual([]);
  const started = new Set(witnessLines(night).map(({ taskId }) => taskId));
  const done = rows<{ id: string }>(night.file, "select id from tasks where status = 'done'");
  expect(done.filter(({ id }) => !started.has(id))).toEqual([]);
}

/** Each run that began is booked once, at its price or what was held for it; every book says the same of each of these days, the last of which is today. */
export async function expectBooksAgree(night: Night, ...days: readonly string[]): Promise<void> {
  const { store, control } = night.project.context;
  const spend = await store.records.listSpend({ limit: 100_000 });
  const runs = await store.projection.listRuns({ limit: 1_000 });
  expect(spend.filter(({ surface }) => surface !== 'role')).toEqual([]);
  const booked = new Map(spend.map((row) => [row.runId, row]));
  expect(runs.filter(({ runId }) => !booked.has(runId)).map(({ runId, taskId }) => [runId, taskId])).toEqual(
    [],
  );
  const begun = new Set(witnessLines(night).map(({ runId }) => runId));
  for (const row of spend) {
    const { price = 0, held = 0 } = PRICES[row.agent] ?? {};
    const facts = `run ${row.runId} of ${row.taskId} (${row.agent})`;
    if (begun.has(row.runId)) expect([price, held], facts).toContain(row.microUsd);
    else expect([0, held], facts).toContain(row.microUsd);
    if (row.known && begun.has(row.runId)) expect(row.microUsd, facts).toBe(price);
  }
  const sums = days.map((day) => {
    const { project: all = 0, ...agents } = Object.fromEntries(sumsOn(spend, day));
    return { day, all, agents };
  });
  const total = sums.reduce((sum, { all }) => sum + all, 0);
  const settled = await until('the governor has settled all', async () => {
    const state = await control.governor();
    return state !== null && Object.keys(state.leases).length === 0 && state.budget;
  });
  const today = sums.at(-1);
  expect(settled.spent).toMatchObject({ agents: today?.agents, day: today?.all, total });
  const noted = new Set(
    rows<{ id: string }>(night.file, 'select run_id as id from task_runs').map(({ id }) => id),
  );
  expect(spend.filter(({ microUsd, runId }) => microUsd > 0 && !noted.has(runId))).toEqual([]);
  for (const { day, agents } of sums) {
    const ledger = rows<{ agent: string; usd: number }>(
      ...[night.file, 'select agent_owner as agent, spent_usd as usd from budget where date = ?', day],
    );
    expect(Object.fromEntries(ledger.map(({ agent, usd }) => [agent, micro(usd)]))).toEqual(agents);
  }
  const [tasks] = rows<{ usd: number }>(night.file, 'select sum(cost_usd) as usd from tasks');
  expect(micro(tasks?.usd ?? 0)).toBe(total);
}

/** The report of a day, written now, says what SQL says. */
export async function expectReportIsTrue(night: Night, day: string): Promise<void> {
  const written = await post(night, '/reports', { date: day });
  const report = JSON.parse(readFileSync(String(written.json_path), 'utf8'));
  const shipped = rows<{ agent: string; count: number }>(
    night.file,
    `select agent_owner as agent, count(*) as count from tasks
     where status = 'done' and finished_at like ? group by agent_owner order by count desc, agent_owner`,
    `${day}%`,
  );
  expect(report.shipped.byAgent).toEqual(shipped);
  expect(report.shipped.count).toBe(shipped.reduce((sum, { count }) => sum + count, 0));
  const spent = rows<{ agent: string; spentUsd: number; capUsd: number; softUsd: number }>(
    night.file,
    `select agent_owner as agent, spent_usd as spentUsd, hard_cap_usd as capUsd, soft_cap_usd as softUsd
     from budget where date = ? order by spent_usd desc, agent_owner`,
    day,
  );
  expect(report.spend).toEqual(
    spent.map(({ agent, spentUsd, capUsd, softUsd }) => ({
      ...{ agent, spentMicroUsd: micro(spentUsd), capMicroUsd: micro(capUsd) },
      softCapMicroUsd: micro(softUsd),
    })),
  );
  expect(report.spentMicroUsd).toBe(micro(spent.reduce((sum, { spentUsd }) => sum + spentUsd, 0)));
  expect(report).toMatchObject({ besideMicroUsd: 0, signOff: { count: 0 }, failed: [], blocked: 0 });
  expect(report.inProgress.count).toBe(0);
  const drift = rows<{ agent: string; computed: number; actual: number }>(
    night.file,
    `select agent_owner as agent, sum(cost_usd) as computed, sum(actual_cost_usd) as actual from tasks
     where status = 'done' and finished_at like ? and actual_cost_usd is not null
     group by agent_owner order by agent_owner`,
    `${day}%`,
  );
  expect(report.drift).toEqual(
    drift.map(({ agent, computed, actual }) => ({
      ...{ agent, computedMicroUsd: micro(computed), actualMicroUsd: micro(actual) },
    })),
  );
  expect(written.markdown).toContain(`## Shipped overnight (${report.shipped.count} tasks)`);
}

/** Both trails hold, and one byte of a copy that is another is found. */
export async function expectTrailsHold(night: Night): Promise<void> {
  expect(firstBadRow(night.file)).toBe(0);
  const whole = await command(night, ['audit', 'verify', '--json']);
  expect(whole).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(whole.stdout)).toMatchObject({ ok: true });
  const records = join(night.project.settings().stateDir, 'records.db');
  for (const [path, table, order] of [
    [records, 'audit', 'seq'],
    [night.file, 'audit_log', 'id'],
  ] as const) {
    const copy = changedCopy(path, table, order, join(night.dir, `${table}-copy.db`));
    const broken = await command(night, ['audit', 'verify', '--file', copy.file, '--json']);
    expect(broken.exitCode, table).toBe(1);
    expect(JSON.parse(broken.stdout).files[0].chains[0].fault).toMatchObject({ seq: copy.seq });
  }
}

/** A copy of a file, one byte of one line of whose trail is another one. */
function changedCopy(path: string, table: string, order: string, file: string) {
  const from = new BetterSqlite3(path, { readonly: true });
  from.prepare('vacuum into ?').run(file);
  const sql = `select ${order} as seq, detail from ${table} where length(detail) > 20 and
    detail in (select detail from ${table} group by detail having count(*) = 1) order by ${order} limit 1 offset 30`;
  const line = from.prepare(sql).get() as { seq: number; detail: string };
  from.close();
  const bytes = readFileSync(file);
  const at = bytes.indexOf(line.detail);
  expect(at).toBeGreaterThan(0);
  const middle = at + Math.floor(line.detail.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) === 0x78 ? 0x79 : 0x78, middle);
  writeFileSync(file, bytes);
  return { file, seq: line.seq };
}

/** Each of these was told once, in the books and in the file for people. */
export async function expectToldOnce(night: Night, keys: readonly string[]): Promise<void> {
  const notices = await night.project.context.store.notices.list({ limit: 1_000 });
  const counts = new Map<string, number>();
  for (const { key } of notices) counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const key of keys) expect(counts.get(key), `${key} of ${[...counts.keys()]}`).toBe(1);
  const file = join(night.project.settings().reportsDir, 'needs-attention.md');
  const wanted = notices.filter(({ key }) => keys.includes(key));
  await until('all of it is in the file', () => {
    const text = readFileSync(file, 'utf8');
    const isOf = (subject: string) => wanted.filter((notice) => notice.subject === subject).length;
    return wanted.every(({ subject }) => text.split(` — ${subject}\n`).length - 1 === isOf(subject));
  });
}

/** No agent of this project lives. */
export const noneAlive = ({ project }: Night): Promise<true> =>
  until('no agent is left', () => {
    return processesWith(`DISPATCH_PROJECT=${project.settings().project}`).length === 0 && true;
  });

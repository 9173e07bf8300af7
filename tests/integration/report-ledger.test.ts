import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { aProject } from '../helpers/project.ts';

const DAY = '2026-11-20';
const roles = { code: { kind: 'command', command: ['true'] }, qa: { kind: 'command', command: ['true'] } };
const budget = {
  project_ceiling_usd: 200,
  agents: { code: { daily_cap_usd: 20 }, qa: { daily_cap_usd: 8 } },
};

/** A project over a ledger whose rows the test writes by hand. */
async function aLedger() {
  const p = await aProject({
    routes: [],
    worker: false,
    config: { board: { kind: 'ledger', path: 'ledger.db' }, roles, budget, project_title: 'Shop' },
  });
  await p.project.context.board.listQueues();
  const db = new Database(join(p.dir, 'ledger.db'));
  return { ...p, context: p.project.context, db };
}

function addTask(db: Database.Database, fields: Record<string, unknown>): void {
  const row = {
    ...{ agent_owner: 'code', status: 'done', title: 'T', description: 'd', created_at: `${DAY}T01:00:00Z` },
    ...fields,
  };
  const names = Object.keys(row);
  db.prepare(`insert into tasks (${names.join()}) values (${names.map(() => '?').join()})`).run(
    ...Object.values(row),
  );
}

test('the figures of a report are the ledger’s own sums, also for a past day (R-PROD-073)', async () => {
  const { context, db, project } = await aLedger();
  for (let index = 0; index < 60; index++) {
    addTask(db, {
      ...{ id: `D${index}`, title: `Task ${index}`, agent_owner: index % 3 === 0 ? 'qa' : 'code' },
      finished_at: `${DAY}T02:00:${String(index).padStart(2, '0')}Z`,
      ...{ cost_usd: 0.1 * index, actual_cost_usd: index % 2 === 0 ? 0.11 * index : null },
    });
  }
  addTask(db, { id: 'other-day', finished_at: '2026-11-19T23:59:59Z', cost_usd: 99 });
  addTask(db, {
    id: 'E1',
    status: 'escalated',
    escalation_reason: 'failed 3×',
    finished_at: `${DAY}T03:00:00Z`,
  });
  addTask(db, { id: 'P1', status: 'pending', dependencies: '["E1"]' });
  const spend = db.prepare(
    'insert into budget (agent_owner, date, spent_usd, hard_cap_usd, soft_cap_usd) values (?, ?, ?, ?, ?)',
  );
  spend.run('code', DAY, 16.005, 20, 16);
  spend.run('qa', DAY, 1.25, 8, 6.4);
  spend.run('code', '2026-11-19', 5, 20, 16);
  db.prepare(
    `insert into asset_registry (id, asset_type, path, agent_id, cost_usd, wall_clock_seconds, timestamp, disposition)
     values ('A1', 'art', 'a.png', 'code', 0.5, 1, '${DAY}T04:00:00Z', 'shipped')`,
  ).run();

  const { path, jsonPath, markdown } = await context.reports.write(DAY, { channel: 'cli', actor: 'tester' });

  expect(path).toBe(join(project.settings().reportsDir, 'morning-report-20261120.md'));
  expect(readFileSync(path, 'utf8')).toBe(markdown);
  const sql = <T>(text: string) => db.prepare(text).pluck().get() as T;
  const shipped = sql<number>(
    `select count(*) from tasks where status = 'done' and finished_at like '${DAY}%'`,
  );
  const spent = sql<number>(`select sum(spent_usd) from budget where date = '${DAY}'`);
  expect(shipped).toBe(60);
  expect(markdown).toContain(`# Shop — Morning Report ${DAY}\n`);
  expect(markdown).toContain(
    `## Shipped overnight (${shipped} tasks)\n- **Task 59** — code ($5.90). \`D59\`\n`,
  );
  expect(markdown).toContain('- _(+50 more — see ledger)_\n\nBy agent: code=40, qa=20\n');
  expect(markdown).toContain(`- Today: **$${spent.toFixed(2)}** / $28.00 alarm / $200.00 kill ceiling\n`);
  expect(markdown).toMatch(
    / {2}- code: \$16\.0[01] \/ \$20\.00 \(80%\) _\(soft cap\)_\n {2}- qa: \$1\.25 \/ \$8\.00 \(16%\)\n/,
  );
  expect(markdown).toContain('- art: 1 pieces / $0.50\n');
  for (const agent of ['code', 'qa']) {
    const [computed, actual] = ['cost_usd', 'actual_cost_usd'].map((column) =>
      sql<number>(
        `select sum(${column}) from tasks where status = 'done' and finished_at like '${DAY}%' and actual_cost_usd is not null and agent_owner = '${agent}'`,
      ).toFixed(4),
    );
    expect(markdown).toContain(`- ${agent}: computed=$${computed}, actual=$${actual} (Δ `);
  }
  expect(markdown).toContain('- **[code] T** — failed 3× `E1`\n');
  expect(markdown).toContain('- 1 task(s) wait for others that are not done.\n');
  const json = JSON.parse(readFileSync(jsonPath, 'utf8'));
  expect(json).toMatchObject({ date: DAY, shipped: { count: 60 }, spentMicroUsd: Math.round(spent * 1e6) });
  // Noted in both trails (R-PROD-071).
  const row = db.prepare("select detail from audit_log where action = 'morning_report'").pluck().get();
  expect(JSON.parse(row as string)).toEqual({ path, date: DAY });
  expect(await context.store.records.listAudit(1)).toMatchObject([
    { action: 'morning_report', subject: DAY },
  ]);
  db.close();
});

test('money of calls that no ledger knows of stands with its agent, against its cap (R-PROD-073, R-SYS-018)', async () => {
  const { context, db } = await aLedger();
  db.prepare(
    `insert into budget (agent_owner, date, spent_usd, hard_cap_usd, soft_cap_usd) values ('code', '${DAY}', 6, 20, 16)`,
  ).run();
  const book = (runId: string, agent: string, microUsd: number, surface: 'dispatch' | 'role') =>
    context.store.records.bookSpend({
      ...{ runId, agent, surface, microUsd, day: DAY, at: Date.parse(`${DAY}T05:00:00Z`), known: true },
      ...{ reportedMicroUsd: microUsd, computedMicroUsd: null, taskId: null, jobId: null },
    });
  // Of the six dollars of the ledger another program has spent five.
  await book('r1', 'code', 1_000_000, 'role');
  await book('c1', 'code', 14_500_000, 'dispatch');
  await book('c2', 'infra', 250_000, 'dispatch');
  await book('r2', 'qa', 300_000, 'role');
  const { markdown, jsonPath } = await context.reports.write(DAY, { channel: 'cli', actor: 'tester' });
  expect(markdown).toContain('- Today: **$21.05** / $28.00 alarm / $200.00 kill ceiling\n');
  expect(markdown).toContain('  - code: $20.50 / $20.00 (102%) **[CAP HIT]**\n');
  expect(markdown).toContain('  - qa: $0.30 / $8.00 (4%)\n  - infra: $0.25\n');
  expect(markdown).toContain('- Of that beside the ledger, in calls: $15.05\n');
  expect(JSON.parse(readFileSync(jsonPath, 'utf8'))).toMatchObject({
    ...{ spentMicroUsd: 21_050_000, besideMicroUsd: 15_050_000 },
  });
  db.close();
});

test('a second report of a day replaces the first; the next day is measured by it', async () => {
  const { context, db } = await aLedger();
  addTask(db, { id: 'D1', finished_at: `${DAY}T02:00:00Z` });
  const by = { channel: 'cli', actor: 'tester' } as const;
  const first = await context.reports.write(DAY, by);
  addTask(db, { id: 'D2', finished_at: `${DAY}T02:00:00Z` });
  const second = await context.reports.write(DAY, by);
  expect(second.path).toBe(first.path);
  expect(readFileSync(second.path, 'utf8')).toContain('## Shipped overnight (2 tasks)');
  const next = await context.reports.write('2026-11-21', by);
  expect(JSON.parse(readFileSync(next.jsonPath, 'utf8')).previous).toMatchObject({ date: DAY, shipped: 2 });
  expect(context.reports.lastAt()).toBeGreaterThan(Date.now() - 60_000);
  expect(existsSync(`${second.path}.tmp`)).toBe(false);
  db.close();
});

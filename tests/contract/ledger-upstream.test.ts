import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLedgerBoard } from '../../src/adapters/boards/ledger/ledger-board.ts';
import { makeLedger } from '../../src/adapters/boards/ledger/make-ledger.ts';
import type { RunNote } from '../../src/core/ports/board.ts';
import { aFolder, firstBadRow, fixtureCopy, rows, tamper } from '../helpers/ledger-file.ts';

const RELEASES = ['ai-producer-0.2.3', 'ai-producer-0.3.5'];
const TABLES = ['tasks', 'decisions', 'asset_registry', 'budget', 'audit_log', 'prompts'];

const aNote = (runId: string, more: Partial<RunNote> = {}): RunNote => ({
  ...{ runId, agent: 'code', outcome: 'success', step: 'done', reason: null, retryCount: 0 },
  ...{ costMicroUsd: 1_230_000, actualCostMicroUsd: 1_230_000, computedCostMicroUsd: null },
  ...{ costUnknown: false, authMode: 'api', configIsolation: 'isolated', outputRefs: ['a.ts', 'b.ts'] },
  ...{ toolCalls: [{ name: 'Write' }], text: 'Built.', sessionId: 's-1', turns: 3, durationMs: 2_000 },
  ...{ at: Date.now(), day: '2026-03-01' },
  prompt: { system: 'You build.', user: 'Build it.', tools: ['Write'] },
  ...more,
});

function openBoard(path: string) {
  const board = createLedgerBoard({ path, roles: () => ['code', 'qa'] });
  return board;
}

/** Columns, defaults, checks and keys of the six tables, in the words of SQLite; indexes of our own left out. */
const shapeOf = (path: string) =>
  TABLES.map((table) => ({
    table,
    columns: rows(path, 'select name, type, "notnull", dflt_value, pk from pragma_table_info(?)', table),
    keys: rows(path, 'select "from", "table", "to", on_delete from pragma_foreign_key_list(?)', table),
    indexes: rows(
      path,
      `select case when l.name like 'sqlite_%' then '' else l.name end as name, l."unique", l.origin,
        (select group_concat(i.name) from pragma_index_info(l.name) i) as columns
       from pragma_index_list(?) l where l.name not in ('tasks_in_line', 'tasks_ended') order by 1, 4`,
      table,
    ),
    checks: (rows<{ sql: string }>(path, 'select sql from sqlite_master where name = ?', table)[0]?.sql ?? '')
      .replaceAll(/--.*$/gm, '')
      .match(
        /'(pending|in_progress|done|failed|escalated|killed|art|audio|content|other|shipped|pending_qa)'/g,
      )
      ?.toSorted(),
  }));

test('a ledger of our making has the six tables with the columns, keys, checks and indexes of ai-producer (R-PROD-020, R-PROD-022, R-PROD-025, R-PROD-026, R-PROD-028, R-PROD-053)', async () => {
  const path = join(aFolder(), 'deep', 'ledger.db');
  await makeLedger(path);
  expect(shapeOf(path)).toEqual(shapeOf(fixtureCopy('ai-producer-0.3.5').path));
  expect(rows(path, 'pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(rows(path, 'pragma user_version')).toEqual([{ user_version: 0 }]);
  expect(rows(path, 'select agent_owner, action, detail from audit_log')).toEqual([
    { agent_owner: 'producer', action: 'schema_init', detail: '{"schema_version": 1}' },
  ]);
});

test('a file from before the cost columns gets them and stays what it was (R-PROD-099, R-SYS-040)', async () => {
  const { path } = fixtureCopy('before-costs');
  expect(rows(path, `select name from pragma_table_info('tasks')`)).toHaveLength(17);
  const board = openBoard(path);
  expect((await board.getReadyTasks(['code'])).map(({ id }) => id)).toEqual(['old-1']);
  await board.close();
  expect(shapeOf(path)).toEqual(shapeOf(fixtureCopy('ai-producer-0.3.5').path));
});

test.each(RELEASES)(
  'a file of %s is read, its chain holds, and work goes on in it (R-PROD-028, R-PROD-030, R-SYS-040)',
  async (release) => {
    const { path, ids } = fixtureCopy(release);
    const before = rows(path, 'select * from audit_log');
    const board = openBoard(path);
    expect((await board.getReadyTasks(['qa', 'code'])).map(({ id }) => id)).toEqual([ids.build]);
    expect((await board.getQueue('qa')).tasks.map(({ id }) => id)).toEqual([ids.check, ids.lost]);
    expect((await board.getTask(ids.lost)).blocked?.text).toContain('does not exist');
    expect((await board.getTask(ids.failing)).ledger).toMatchObject({ status: 'escalated', retryCount: 1 });
    const { build } = ids;
    const claim = { from: 'code', to: 'code:in_progress', token: 'run-1', assignee: 'code' };
    expect(await board.claim(build, claim)).toBe(true);
    await board.noteRun(build, aNote('run-1'));
    await board.noteRun(build, aNote('run-1'));
    expect(await board.moveFrom(build, 'code:in_progress', 'code:done')).toBe(true);
    expect((await board.getReadyTasks(['code', 'qa'])).map(({ id }) => id)).toEqual([ids.check]);
    await board.close();

    expect(firstBadRow(path)).toBe(0);
    expect(rows(path, 'select * from audit_log limit ?', before.length)).toEqual(before);
    expect(
      rows(
        path,
        'select status, output_refs, cost_usd, actual_cost_usd, config_isolation from tasks where id = ?',
        build,
      ),
    ).toEqual([
      {
        status: 'done',
        output_refs: '["a.ts","b.ts"]',
        cost_usd: 1.23,
        actual_cost_usd: 1.23,
        config_isolation: 'isolated',
      },
    ]);
    const actions = rows<{ action: string }>(
      path,
      'select action from audit_log where id > ?',
      before.length,
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'dispatch',
      'cost',
      'asset',
      'asset',
      'task_completed',
    ]);
    expect(rows(path, 'select kind, agent_owner from decisions where task_id = ?', build)).toEqual([
      { kind: 'dispatch', agent_owner: 'producer' },
    ]);
    expect(rows(path, 'select system_prompt, user_prompt from prompts')).toEqual([
      { system_prompt: 'You build.', user_prompt: 'Build it.' },
    ]);
  },
);

test('a role with a cap has its row of the day from the first look at it, and no other (R-PROD-053)', async () => {
  const path = join(aFolder(), 'ledger.db');
  const capsOf = (agent: string) =>
    agent === 'code' ? { hardUsd: 5, softUsd: 4 } : { hardUsd: 0, softUsd: 0 };
  const board = createLedgerBoard({ path, roles: () => ['code', 'qa'], capsOf });
  for (const role of ['code', 'qa', 'code']) await board.openBudget(role);
  await board.close();
  expect(rows(path, 'select agent_owner, spent_usd, hard_cap_usd, soft_cap_usd from budget')).toEqual([
    { agent_owner: 'code', spent_usd: 0, hard_cap_usd: 5, soft_cap_usd: 4 },
  ]);
});

test('a cost is booked on the day its run is of, whenever it ended, and the caps follow (R-PROD-052, R-PROD-053)', async () => {
  const path = join(aFolder(), 'ledger.db');
  let hardUsd = 5;
  const board = createLedgerBoard({ path, roles: () => ['code'], capsOf: () => ({ hardUsd, softUsd: 4 }) });
  const { id } = await board.createTask('code', 'a', '');
  const midnight = Date.parse('2026-03-01T00:00:00Z');
  await board.noteRun(id, aNote('r1', { at: midnight + 500, day: '2026-02-28' }));
  hardUsd = 20;
  await board.noteRun(id, aNote('r2', { at: midnight + 900, day: '2026-02-28' }));
  await board.noteRun(id, aNote('r3', { at: midnight + 900 }));
  await board.close();
  expect(rows(path, 'select agent_owner, date, spent_usd, hard_cap_usd, soft_cap_usd from budget')).toEqual([
    { agent_owner: 'code', date: '2026-02-28', spent_usd: 2.46, hard_cap_usd: 20, soft_cap_usd: 4 },
    { agent_owner: 'code', date: '2026-03-01', spent_usd: 1.23, hard_cap_usd: 20, soft_cap_usd: 4 },
  ]);
});

test.each([
  ['a changed row', `update audit_log set detail = '{"a": 1}' where id = 3`, 3],
  ['a missing row', 'delete from audit_log where id = 4', 5],
  [
    'rows in another order',
    'update audit_log set id = -id where id in (2, 3); update audit_log set id = case id when -2 then 3 when -3 then 2 else id end where id < 0',
    2,
  ],
  ['a tail that was cut off', 'delete from audit_log where id >= 6', 6],
])('%s is named and the file is not continued (R-PROD-028, R-SYS-040)', async (_what, sql, bad) => {
  const { path } = fixtureCopy('ai-producer-0.3.5');
  tamper(path, sql);
  const board = openBoard(path);
  await expect(board.createTask('code', 'a', '')).rejects.toMatchObject({
    code: 'board-broken',
    message: expect.stringContaining(`at row ${bad}`),
  });
  await board.close();
});

test('a row that was changed after it was found good is noticed when the file is opened again (R-PROD-028)', async () => {
  const { path } = fixtureCopy('ai-producer-0.3.5');
  const board = openBoard(path);
  await board.listQueues();
  await board.close();
  tamper(path, `delete from audit_log where id = (select max(id) from audit_log)`);
  const again = openBoard(path);
  await expect(again.listQueues()).rejects.toMatchObject({ code: 'board-broken' });
  await again.close();
});

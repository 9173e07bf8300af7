import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLedgerBoard, type LedgerBoardConfig } from '../../src/adapters/boards/ledger/ledger-board.ts';
import { createUlid } from '../../src/adapters/boards/ulid.ts';
import { FILED_PER_RUN_MAX } from '../../src/core/ledger-limits.ts';
import type { LedgerExtras } from '../../src/core/ports/board.ts';
import { aFolder, firstBadRow, rows, tamper } from '../helpers/ledger-file.ts';

function aLedger(config: Partial<LedgerBoardConfig> = {}) {
  const path = join(aFolder(), 'ledger.db');
  const board = createLedgerBoard({ path, roles: () => ['code', 'qa', 'wakeup'], ...config });
  const add = async (name: string, ledger: LedgerExtras = {}, role = 'code') =>
    (await board.createTask(role, name, '', { ledger })).id;
  const readyIds = async () => (await board.getReadyTasks(['code', 'qa'])).map(({ id }) => id);
  const filedBy = { runId: 'run-1', agent: 'code' };
  return { path, board, add, readyIds, filedBy };
}

test('ready tasks of all roles stand in one order: priority, age, insertion (R-PROD-030)', async () => {
  const { path, board, add, readyIds } = aLedger();
  const later = await add('later', { priority: 5 });
  const first = await add('first', {}, 'qa');
  const second = await add('second');
  const third = await add('third', {}, 'qa');
  const urgent = await add('urgent', { priority: 0 });
  const old = await add('old', {}, 'qa');
  tamper(path, `update tasks set created_at = '2020-01-01T00:00:00Z' where id = '${old}'`);
  expect(await readyIds()).toEqual([urgent, old, first, second, third, later]);
  await board.close();
});

test('fifty blocked tasks in front starve nobody (R-PROD-030)', async () => {
  const { board, add, readyIds } = aLedger();
  const base = await add('base', { priority: 5 });
  for (let index = 0; index < 60; index++)
    await add(`blocked ${index}`, { priority: 0, dependencies: [base] });
  const free = await add('free', { priority: 4 }, 'qa');
  expect(await readyIds()).toEqual([free, base]);
  expect((await board.getQueue('code')).taskCount).toBe(61);
  await board.close();
});

test('a task waits until all its dependencies are done, says for which, and cannot be claimed before (R-PROD-098)', async () => {
  const { board, add, readyIds } = aLedger();
  const [a, b] = [await add('a'), await add('b')];
  const both = await add('both', { dependencies: [a, b] }, 'qa');
  await board.moveTask(a, 'code:done');
  expect((await board.getTask(both)).blocked).toEqual({
    code: 'dependencies',
    text: `it depends on task ${b}, which is pending`,
  });
  expect(await board.claim(both, { from: 'qa', to: 'qa:in_progress', token: 't' })).toBe(false);
  await board.moveTask(b, 'code:done');
  expect(await readyIds()).toEqual([both]);
  expect((await board.getTask(both)).blocked).toBeUndefined();
  expect(await board.claim(both, { from: 'qa', to: 'qa:in_progress', token: 't' })).toBe(true);
  await board.close();
});

test('dependencies that do not exist are refused at once (R-PROD-098)', async () => {
  const { board, add } = aLedger();
  await expect(add('a', { dependencies: ['nowhere'] })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('"nowhere"'),
  });
  expect((await board.getQueue('code')).taskCount).toBe(0);
  await board.close();
});

test.each([
  ['wait', 'pending', 'pending'],
  ['escalate', 'escalated', 'escalated'],
  ['kill', 'killed', 'killed'],
] as const)(
  'what depends on a killed task does as the policy says: %s (R-PROD-098)',
  async (onDependencyFailed, next, last) => {
    const { path, board, add, readyIds } = aLedger({ onDependencyFailed });
    const a = await add('a');
    const b = await add('b', { dependencies: [a] });
    const c = await add('c', { dependencies: [b] });
    await board.moveTask(a, 'code:killed');
    expect(await readyIds()).toEqual([]);
    const [taskB, taskC] = [await board.getTask(b), await board.getTask(c)];
    expect([taskB.ledger?.status, taskC.ledger?.status]).toEqual([next, last]);
    const told = next === 'pending' ? taskB.blocked?.text : taskB.ledger?.escalationReason;
    expect(told).toContain(`task ${a}, which is killed`);
    await board.close();
    expect(firstBadRow(path)).toBe(0);
  },
);

test('what has ended comes back only by a requeue, with a fresh count (R-PROD-023)', async () => {
  const { path, board, add } = aLedger();
  const id = await add('a');
  await board.moveTask(id, 'code:killed');
  for (const status of ['done', 'in_progress', 'escalated'])
    await expect(board.moveTask(id, `code:${status}`)).rejects.toMatchObject({ code: 'conflict' });
  tamper(path, `update tasks set retry_count = 2 where id = '${id}'`);
  await board.moveTask(id, 'qa');
  expect((await board.getTask(id)).ledger).toMatchObject({
    ...{ role: 'qa', status: 'pending', retryCount: 0, startedAt: null, finishedAt: null },
  });
  await board.close();
  const actions = rows<{ action: string }>(
    path,
    'select action from audit_log where task_id = ? order by id',
    id,
  );
  expect(actions.map(({ action }) => action)).toEqual(['task_inserted', 'task_killed', 'task_rerouted']);
});

test('a run that was killed meanwhile does not end its task another way (R-PROD-023)', async () => {
  const { board, add } = aLedger();
  const id = await add('a');
  await board.claim(id, { from: 'code', to: 'code:in_progress', token: 't' });
  await board.moveTask(id, 'code:killed');
  expect(await board.moveFrom(id, 'code:in_progress', 'code:done')).toBe(false);
  expect((await board.getTask(id)).queueName).toBe('code:killed');
  await board.close();
});

test('what an agent files names it, its run and its task, and is filed once per key (R-PROD-024, R-PROD-046)', async () => {
  const { path, board, add, filedBy } = aLedger();
  const parent = await add('parent');
  const ledger = { filedBy: { ...filedBy, taskId: parent }, priority: 1, payload: { files: ['a'] } };
  const first = await board.createTask('qa', 'check it', 'all of it', { ledger, key: 'k' });
  const again = await board.createTask('qa', 'check it', 'all of it', { ledger, key: 'k' });
  expect(again.id).toBe(first.id);
  expect(first.ledger).toMatchObject({
    role: 'qa',
    parentTaskId: parent,
    priority: 1,
    payload: { files: ['a'] },
  });
  const [row] = rows<{ agent_owner: string; detail: string }>(
    path,
    'select * from audit_log where task_id = ?',
    first.id,
  );
  expect(row).toMatchObject({ agent_owner: 'code' });
  expect(JSON.parse(row?.detail ?? '')).toMatchObject({
    agent_owner: 'qa',
    caused_by_task_id: parent,
    run_id: 'run-1',
  });
  await expect(board.createTask('qa', 'check it', 'all of it', { ledger })).rejects.toMatchObject({
    code: 'already-exists',
  });
  await board.close();
});

test('a run files so many tasks and no more; a person may still (R-PROD-024)', async () => {
  const { board, add, filedBy } = aLedger();
  const parent = await add('parent');
  const ledger = { filedBy: { ...filedBy, taskId: parent } };
  for (let index = 0; index < FILED_PER_RUN_MAX; index++) await add(`task ${index}`, ledger);
  await expect(add('one more', ledger)).rejects.toMatchObject({ code: 'conflict' });
  await add('one more');
  await board.close();
});

test('a wake-up cannot wake itself (R-PROD-103)', async () => {
  const { board, add, filedBy } = aLedger();
  const wake = await add('wake', {}, 'wakeup');
  await expect(add('again', { filedBy: { ...filedBy, taskId: wake } }, 'wakeup')).rejects.toMatchObject({
    message: expect.stringContaining('wake-up recursion is forbidden.'),
  });
  await board.close();
});

test('decisions and assets are kept with their audit rows; an unknown task is named (R-PROD-025, R-PROD-026)', async () => {
  const { path, board, add } = aLedger();
  const id = await add('a');
  const decision = { taskId: id, agent: 'code', kind: 'design', decision: 'one table', rationale: 'simple' };
  const first = await board.book.recordDecision(decision, { key: 'k' });
  expect(await board.book.recordDecision(decision, { key: 'k' })).toBe(first);
  expect(await board.book.decisionsOn(id)).toMatchObject([decision]);
  await expect(board.book.recordDecision({ ...decision, taskId: 'nowhere' })).rejects.toMatchObject({
    code: 'task-not-found',
    message: expect.stringContaining('"nowhere"'),
  });
  const asset = { assetType: 'three-d', path: 'cart.obj', agent: 'code', taskId: id };
  expect(await board.book.recordAsset(asset)).toMatchObject({ version: 1 });
  const second = await board.book.recordAsset({ ...asset, costUsd: 0.5 });
  expect(second.version).toBe(2);
  await board.close();
  expect(rows(path, 'select id, asset_type, path, cost_usd from asset_registry')).toEqual([
    { id: second.id, asset_type: 'other', path: 'cart.obj', cost_usd: 0.5 },
  ]);
  expect(rows(path, 'select version, asset_type from asset_versions order by version')).toEqual([
    { version: 1, asset_type: 'three-d' },
    { version: 2, asset_type: 'three-d' },
  ]);
  expect(firstBadRow(path)).toBe(0);
});

test('ids are ULIDs that grow within a process, whatever the clock does (R-PROD-027)', () => {
  const made = [1_000, 1_000, 999, 2_000, 1_500, 2_001].map((ms) => createUlid(ms));
  expect(made).toEqual(made.toSorted());
  expect(new Set(made).size).toBe(made.length);
  for (const id of made) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
});

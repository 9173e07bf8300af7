import { expect, onTestFinished, test } from 'vitest';
import { settingsFromCode } from '../../src/adapters/config/settings-from-code.ts';
import { createRouteTable } from '../../src/adapters/routes/route-table.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { ROUTE_OVERLAY_STALE_MS, ROUTES_MAX, ROUTES_VERSION_CHECK_MS } from '../../src/core/limits.ts';
import type { PromptFunction } from '../../src/core/ports/route-table.ts';
import type { RouteConfig } from '../../src/core/schema/route.ts';
import type { Settings } from '../../src/core/schema/settings.ts';
import { aFolder } from '../unit/config/config-folder.ts';

const BASE = { command: 'base', agents: { engineer: 'claude -p', tester: 'pytest' } };

function settingsOf(routes: readonly RouteConfig[], more: object = {}): Settings {
  return settingsFromCode({ ...BASE, ...more, routes }, { baseDir: '/srv/shop', env: {} }).settings;
}

/** A route table on a real store, with a file that can change and a clock that can be moved. */
async function aTable(routes: readonly RouteConfig[], functions: Record<string, PromptFunction> = {}) {
  const store = await createSqliteStore({ dir: null, project: 'shop' });
  onTestFinished(() => store.close());
  const world = { settings: settingsOf(routes), nowMs: 0, notes: [] as string[] };
  const make = () =>
    createRouteTable({
      settings: () => world.settings,
      store,
      promptFunctions: new Map(Object.entries(functions)),
      onNote: (text) => world.notes.push(text),
      now: () => world.nowMs,
    });
  return { world, store, make, table: make() };
}

const names = async (table: { list(): Promise<readonly { queueName: string }[]> }) =>
  (await table.list()).map((route) => route.queueName);

test('routes of the file keep their order and an API adds after them (R-ART-107)', async () => {
  const { table } = await aTable([{ queue_name: 'Todo' }, { queue_name: 'Review' }]);
  const made = await table.create({ queue_name: 'Alpha', agent: 'engineer', cwd: 'work', env: { A: '1' } });
  await table.create({ queue_name: 'Beta', command: 'run "me now"' });
  await table.update('Alpha', { priority: 3 });
  expect(made).toMatchObject({
    queueName: 'Alpha',
    agent: 'engineer',
    origin: 'api',
    index: 2,
    inProgressQueue: 'In Progress',
  });
  expect(await names(table)).toEqual(['Todo', 'Review', 'Alpha', 'Beta']);
  expect(await table.find('Todo')).toMatchObject({ origin: 'code', index: 0, agent: 'command:base' });
  expect(await table.agentOf(made)).toMatchObject({
    command: ['claude', '-p'],
    cwd: '/srv/shop/work',
    env: { A: '1' },
  });
  const beta = await table.find('Beta');
  expect(beta === null ? null : (await table.agentOf(beta)).command).toEqual(['run', 'me now']);
  expect(await table.find('Nope')).toBeNull();
});

test('a patch changes only what it names, and null inherits again (R-ART-108)', async () => {
  const { table, world } = await aTable([
    { queue_name: 'Todo', max_retries: 2, timeout: 60, agent: 'engineer' },
  ]);
  expect(await table.update('Todo', { timeout: 30, agent: 'tester' })).toMatchObject({
    timeoutSeconds: 30,
    maxRetries: 2,
    agent: 'tester',
    origin: 'code',
  });
  expect(await table.update('Todo', { timeout: 'none', max_retries: null })).toMatchObject({
    timeoutSeconds: null,
    maxRetries: 0,
    agent: 'tester',
  });
  world.settings = settingsOf([{ queue_name: 'Todo', max_retries: 2, timeout: 60, agent: 'engineer' }], {
    max_retries: 7,
  });
  expect(await table.find('Todo')).toMatchObject({ maxRetries: 7, agent: 'tester' });
});

test('duplicates, unknown routes, agents and placeholders are refused (R-ART-022)', async () => {
  const { table } = await aTable([{ queue_name: 'Todo' }]);
  await expect(table.create({ queue_name: 'Todo' })).rejects.toMatchObject({ code: 'already-exists' });
  await expect(table.update('Nope', { priority: 1 })).rejects.toMatchObject({ code: 'route-not-found' });
  await expect(table.remove('Nope')).rejects.toMatchObject({ code: 'route-not-found' });
  await expect(table.create({ queue_name: 'A', agent: 'engi' })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  await expect(table.update('Todo', { prompt_template: '{x}' })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  await expect(table.create({ queue_name: 'A', timeout: 0 })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  expect(await names(table)).toEqual(['Todo']);
  const both = await Promise.allSettled([
    table.create({ queue_name: 'A' }),
    table.create({ queue_name: 'A' }),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a deleted route of the file stays away, and one made anew inherits nothing of it (R-ART-109)', async () => {
  const { table, make } = await aTable([{ queue_name: 'Todo', max_retries: 5 }, { queue_name: 'Review' }]);
  await table.remove('Todo');
  expect(await names(table)).toEqual(['Review']);
  expect(await names(make())).toEqual(['Review']);
  expect(await table.create({ queue_name: 'Todo', priority: 1 })).toMatchObject({
    maxRetries: 0,
    priority: 1,
  });
});

test('the file wins as soon as it changes that route, for good after a while, and says so', async () => {
  const { table, world, store } = await aTable([
    { queue_name: 'Todo', priority: 1 },
    { queue_name: 'Review' },
  ]);
  await table.update('Todo', { priority: 9 });
  await table.update('Review', { priority: 8 });
  world.settings = settingsOf([{ queue_name: 'Todo', priority: 2 }, { queue_name: 'Review' }]);
  expect(await table.list()).toMatchObject([{ priority: 2 }, { priority: 8 }]);
  expect(world.notes).toEqual([expect.stringContaining('route "Todo" was changed in the configuration')]);
  expect(await store.records.listRouteOverlays()).toHaveLength(2);
  world.nowMs += ROUTE_OVERLAY_STALE_MS;
  await table.list();
  expect(await store.records.listRouteOverlays()).toMatchObject([{ queueName: 'Review' }]);
  expect(await store.records.listAudit(1)).toMatchObject([{ action: 'drop-route-change', subject: 'Todo' }]);
  world.settings = settingsOf([{ queue_name: 'Todo', priority: 1 }, { queue_name: 'Review' }]);
  expect(await table.find('Todo')).toMatchObject({ priority: 1 });
  expect(world.notes).toHaveLength(1);
});

test('a renamed queue takes its route and every reference along (R-ART-104)', async () => {
  const prompt: PromptFunction = (id) => `code prompt ${id}`;
  const { table, world, store, make } = await aTable(
    [
      { queue_name: 'Todo', in_progress_queue: 'WIP', max_retries: 3 },
      { queue_name: 'Review', dead_letter_queue: 'Todo', completed_queue: 'Todo' },
    ],
    { Todo: prompt },
  );
  await table.renameQueue('Todo', 'Backlog');
  await table.renameQueue('WIP', 'Doing');
  await table.renameQueue('Backlog', 'Inbox');
  for (const one of [table, make()]) {
    expect(await one.list()).toMatchObject([
      { queueName: 'Inbox', inProgressQueue: 'Doing', maxRetries: 3, index: 0, origin: 'code' },
      { queueName: 'Review', deadLetterQueue: 'Inbox', completedQueue: 'Inbox' },
    ]);
    expect(await one.promptFunction('Inbox')?.('7', '', null)).toBe('code prompt 7');
    expect(await one.find('Todo')).toBeNull();
  }
  await expect(table.renameQueue('Inbox', 'Review')).rejects.toMatchObject({ code: 'already-exists' });
  expect(await store.records.listAudit(1)).toMatchObject([
    { action: 'rename-queue-in-routes', subject: 'Backlog' },
  ]);
  world.settings = settingsOf([{ queue_name: 'Todo', max_retries: 4 }, { queue_name: 'Review' }]);
  expect(await names(table)).toEqual(['Todo', 'Review']);
});

test('a prompt function counts until an API gives the route a template (R-ART-017, R-ART-024)', async () => {
  const { table } = await aTable([{ queue_name: 'Todo' }], { Todo: () => 'from code' });
  expect(table.promptFunction('Todo')).not.toBeNull();
  await table.update('Todo', { priority: 1 });
  expect(table.promptFunction('Todo')).not.toBeNull();
  await table.update('Todo', { prompt_template: 'Do {task_id}' });
  expect(table.promptFunction('Todo')).toBeNull();
  expect(table.promptFunction('Other')).toBeNull();
});

test('another table on the same store sees changes within the check interval and tells its listeners', async () => {
  const { table, world, make } = await aTable([{ queue_name: 'Todo' }]);
  const other = make();
  await other.list();
  let heard = 0;
  const stop = other.onChange(() => {
    heard += 1;
  });
  await table.create({ queue_name: 'A' });
  world.nowMs += ROUTES_VERSION_CHECK_MS;
  expect(await names(other)).toEqual(['Todo', 'A']);
  expect(heard).toBe(1);
  await table.remove('A');
  world.nowMs += ROUTES_VERSION_CHECK_MS;
  await expect.poll(() => heard, { timeout: 5_000 }).toBe(2);
  stop();
});

test('changes survive the process that made them', async () => {
  const dir = aFolder();
  const settings = settingsOf([{ queue_name: 'Todo' }]);
  const first = await createSqliteStore({ dir, project: 'shop' });
  await createRouteTable({ settings: () => settings, store: first }).update('Todo', { priority: 4 });
  await first.close();
  const second = await createSqliteStore({ dir, project: 'shop' });
  onTestFinished(() => second.close());
  const table = createRouteTable({ settings: () => settings, store: second });
  expect(await table.find('Todo')).toMatchObject({ priority: 4 });
});

test('a route whose agent left the file is left out and named, the others stay', async () => {
  const { table, world } = await aTable([{ queue_name: 'Todo' }]);
  await table.create({ queue_name: 'A', agent: 'tester' });
  world.settings = settingsFromCode(
    { command: 'x', routes: [{ queue_name: 'Todo' }] },
    { baseDir: '/', env: {} },
  ).settings;
  expect(await names(table)).toEqual(['Todo']);
  expect(world.notes).toEqual([expect.stringMatching(/route "A" is left out: .*no agent "tester"/)]);
});

test('there are at most ROUTES_MAX routes', async () => {
  const routes = Array.from({ length: ROUTES_MAX }, (_, index) => ({ queue_name: `Q${index}` }));
  const { table } = await aTable(routes);
  await expect(table.create({ queue_name: 'one more' })).rejects.toMatchObject({ code: 'conflict' });
});

test('an unchanged list is not made anew', async () => {
  const { table } = await aTable(Array.from({ length: 50 }, (_, index) => ({ queue_name: `Q${index}` })));
  const costs: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const start = performance.now();
    for (let call = 0; call < 2_000; call += 1) await table.list();
    costs.push(((performance.now() - start) * 1000) / 2_000);
  }
  expect(Math.min(...costs)).toBeLessThan(200);
});

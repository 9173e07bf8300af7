import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { createRunTokens } from '../../src/api/run-tokens.ts';
import { aFolder, aProject, cliCommand } from '../helpers/cli.ts';
import { aRun } from '../helpers/http-project.ts';
import { anMcpClient, ERAS } from '../helpers/mcp-clients.ts';

// Each test starts whole programs; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000 });

const CONFIG = 'project: shop\nboard: board.json\ntemporal: { address: "127.0.0.1:9" }\n';
const BOARD = {
  Todo: [
    { id: '1', name: 'one' },
    { id: '2', name: 'zwei 漢字' },
  ],
  Done: [],
};

function aShop(config = CONFIG) {
  const { folder, env } = aProject({ config, board: BOARD });
  const place = (more: Readonly<Record<string, string>> = {}, ...flags: string[]) =>
    cliCommand(['mcp', ...flags], { cwd: folder, env: { ...env, ...more } });
  return { folder, env, place };
}

/** The records of a run that is under way, as the worker would have left them. */
async function withRun(folder: string) {
  const stateDir = join(folder, '.dispatch');
  const store = await createSqliteStore({ dir: stateDir, project: 'shop' });
  await store.projection.putRun(aRun());
  const token = await createRunTokens({ stateDir, store }).issue({ runId: 'run-1', subject: '1' });
  await store.close();
  return { DISPATCH_RUN_ID: 'run-1', DISPATCH_TASK_ID: '1', DISPATCH_STATE_DIR: stateDir, token };
}

describe.each(ERAS)('a %s client over stdio', (era) => {
  test('gets the tools for agents, and those for tasks where it asks (R-AD-001, R-AD-002)', async () => {
    const { place } = aShop();
    const client = await anMcpClient(era, place());
    expect(client.server().name).toBe('agent-dispatch');
    expect((await client.tools()).map(({ name }) => name)).not.toContain('get_task');
    const other = await anMcpClient(era, place({}, '--task-tools'));
    expect((await other.tools()).map(({ name }) => name)).toContain('get_task');
    const listed = await other.call('list_tasks', { queue: 'Todo' });
    expect(listed.json.map(({ name }: { name: string }) => name)).toEqual(['one', 'zwei 漢字']);
  });

  test('inside a run joins the project of that run, from any folder (R-SYS-022)', async () => {
    const { folder, env } = aShop();
    const run = await withRun(folder);
    const elsewhere = cliCommand(['mcp'], { cwd: aFolder(), env: { ...env, ...run } });
    const client = await anMcpClient(era, elsewhere);
    expect((await client.call('get_task', { task_id: '2' })).json.name).toBe('zwei 漢字');
    const refused = await client.call('add_comment', { task_id: '1', comment: 'hi' });
    expect(refused.json).toEqual({
      error: 'nothing carries out work for this project any more',
      hint: 'a person can bring it back with: dispatch up',
    });
  });

  test('inside a run with a token works on its own task alone (R-SYS-029)', async () => {
    const { folder, place } = aShop(`${CONFIG}api: { require_tokens: true }\n`);
    const { token, ...run } = await withRun(folder);
    const client = await anMcpClient(era, place({ ...run, DISPATCH_API_TOKEN: token }));
    expect((await client.tools()).map(({ name }) => name)).not.toContain('list_tasks');
    expect((await client.call('get_task', { task_id: '1' })).json.id).toBe('1');
    expect((await client.call('get_task', { task_id: '2' })).json.error).toContain('own task 1 only');
    const forged = await anMcpClient(era, place({ ...run, DISPATCH_API_TOKEN: 'run.a.b.c' }));
    expect((await forged.call('get_task', { task_id: '1' })).json.error).toContain('token of this run');
  });
});

test('without any project the default one of the user is there (R-AD-139)', async () => {
  const folder = aFolder();
  const env = { HOME: folder, XDG_STATE_HOME: join(folder, 's'), XDG_CONFIG_HOME: join(folder, 'c') };
  const client = await anMcpClient('modern', cliCommand(['mcp', '--task-tools'], { cwd: folder, env }));
  expect((await client.call('status')).json).toMatchObject({
    project: 'default',
    routes: [],
    board: { kind: 'json', ok: true },
  });
});

test('a changed configuration counts at the next call, a broken one is told and the last good one stays (R-AD-007)', async () => {
  const { folder, place } = aShop();
  const client = await anMcpClient('legacy', place({}, '--task-tools'));
  const project = async () => (await client.call('status')).json;
  expect(await project()).toMatchObject({ project: 'shop', poll_interval: 30 });
  writeFileSync(join(folder, 'dispatch.yaml'), `${CONFIG}poll_interval: 7\n`);
  expect(await project()).toMatchObject({ poll_interval: 7 });
  writeFileSync(join(folder, 'dispatch.yaml'), `${CONFIG}poll_interval: never\n`);
  expect(await project()).toMatchObject({
    poll_interval: 7,
    config_warning: expect.stringContaining('poll_interval'),
  });
  rmSync(join(folder, 'dispatch.yaml'));
  expect(await project()).toMatchObject({ poll_interval: 7, config_warning: expect.any(String) });
});

test('a configuration that was never good is an answer with a hint, until it is mended (R-ADX-014)', async () => {
  const { folder, place } = aShop('project: [\n');
  const client = await anMcpClient('modern', place({}, '--task-tools'));
  const answer = await client.call('list_tasks');
  expect(answer.isError).toBeFalsy();
  expect(answer.json.error).toContain('dispatch.yaml');
  writeFileSync(join(folder, 'dispatch.yaml'), CONFIG);
  expect((await client.call('list_tasks')).json).toHaveLength(2);
});

test('14 processes at once answer on one state directory (R-SYS-036)', async () => {
  const { place } = aShop();
  const answers = await Promise.all(
    Array.from({ length: 14 }, async () => {
      const client = await anMcpClient('legacy', place({}, '--task-tools'));
      const calls = [client.call('list_tasks'), client.call('get_task', { task_id: '2' })];
      return (await Promise.all(calls)).map(({ json }) => json);
    }),
  );
  expect(answers).toHaveLength(14);
  for (const [list, task] of answers) {
    expect(list).toHaveLength(2);
    expect(task).toMatchObject({ id: '2', queue_name: 'Todo' });
  }
});

/** A server as a process, spoken to in plain lines. */
function startRaw() {
  const { command, args, env, cwd } = aShop().place({}, '--task-tools');
  const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  return { child, lines, say: (text: string) => child.stdin.write(`${text}\n`) };
}

const INITIALIZE = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 0, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } },
});

test('nonsense on stdin ends nothing, and nothing but messages comes on stdout (R-AD-001)', async () => {
  const { child, lines, say } = startRaw();
  const answers = new Map<unknown, { error?: { code: number } }>();
  lines.on('line', (line) => {
    const message = JSON.parse(line) as { id?: unknown };
    answers.set(message.id, message as never);
  });
  say('this is not JSON');
  say(INITIALIZE);
  say('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  for (const text of [
    '[]',
    '{}',
    'null',
    '{"jsonrpc":"1.0","id":1}',
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  ]) {
    say(text);
  }
  const call = (id: number, params: unknown) =>
    say(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }));
  call(1, { name: 'get_task', arguments: 'text' });
  call(2, { name: 'get_task', arguments: [1, 2] });
  call(3, {});
  call(4, { name: 'get_task', arguments: { task_id: { a: 1 } } });
  call(5, { name: 'get_task', arguments: JSON.parse('{"__proto__":{"task_id":"1"},"task_id":"1"}') });
  call(6, { name: 'get_task', arguments: { task_id: 'x'.repeat(1_000_000) } });
  call(7, { name: 'list_tasks', arguments: { limit: '1e9' } });
  call(8, { name: 'list_tasks' });
  await expect.poll(() => answers.has(8), { timeout: 20_000 }).toBe(true);
  for (const id of [1, 2, 3]) expect(answers.get(id)).toMatchObject({ error: { code: -32602 } });
  for (const id of [4, 5, 6, 7])
    expect(answers.get(id)).toMatchObject({ result: { content: [{ type: 'text' }] } });
  expect(child.exitCode).toBeNull();
  child.stdin.end();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

test('it ends soon when its client closes stdin, and on a signal', async () => {
  for (const leave of [
    (child: ReturnType<typeof startRaw>['child']) => child.stdin.end(),
    (child: ReturnType<typeof startRaw>['child']) => child.kill('SIGINT'),
  ]) {
    const { child, lines, say } = startRaw();
    say(INITIALIZE);
    await once(lines, 'line');
    const gone = once(child, 'exit');
    const begun = performance.now();
    leave(child);
    expect((await gone)[0]).toBe(0);
    expect(performance.now() - begun).toBeLessThan(15_000);
  }
});

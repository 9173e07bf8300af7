import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import type { UpInfo } from '../../src/adapters/local/up-file.ts';
import { aProject, cliCommand, runCli, startCli } from '../helpers/cli.ts';
import { anMcpClient } from '../helpers/mcp-clients.ts';
import { until } from '../helpers/processes.ts';
import { temporalAddress } from '../helpers/temporal-server.ts';

const stateDirs: string[] = [];
afterEach(async () => {
  for (const stateDir of stateDirs.splice(0)) {
    const up = readUpFile(stateDir);
    if (up !== null && isThere(up.pid)) {
      process.kill(up.pid, 'SIGTERM');
      await until(() => !isThere(up.pid), 30_000);
    }
  }
});

function aShop(more = '') {
  const made = aProject({
    config: `
project: mcp-${randomUUID().slice(0, 8)}
board: board.json
api_port: 0
temporal: { address: "${temporalAddress()}" }
${more}`,
    board: { Todo: [], Done: [] },
  });
  const stateDir = join(made.folder, '.dispatch');
  stateDirs.push(stateDir);
  const options = { cwd: made.folder, env: made.env };
  return { ...made, stateDir, options, place: cliCommand(['mcp', '--task-tools'], options) };
}

function readUpFile(stateDir: string): UpInfo | null {
  try {
    return JSON.parse(readFileSync(join(stateDir, 'up.json'), 'utf8')) as UpInfo;
  } catch {
    return null;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('the first write starts one up for all, which outlives its clients until down (R-AD-139, R-SYS-006)', async () => {
  const { place, stateDir, options } = aShop();
  const clients = await Promise.all([1, 2, 3, 4].map(() => anMcpClient('legacy', place)));
  const made = await Promise.all(
    clients.map((client, index) => client.call('create_task', { queue_name: 'Todo', name: `task ${index}` })),
  );
  expect(made.map(({ json }) => json.queue_name ?? json)).toEqual(['Todo', 'Todo', 'Todo', 'Todo']);
  expect(
    clients.flatMap(({ notices }) => notices).filter((text) => text.startsWith('Starting')),
  ).toHaveLength(1);
  await Promise.all(clients.map((client) => client.close()));
  const up = readUpFile(stateDir);
  expect(up !== null && isThere(up.pid)).toBe(true);
  const later = await anMcpClient('modern', place);
  expect((await later.call('list_tasks', { queue: 'Todo' })).json).toHaveLength(4);
  expect((await later.call('add_comment', { task_id: '1', comment: 'seen' })).json.status).toBe('ok');
  expect(later.notices).toEqual([]);
  expect(readUpFile(stateDir)?.pid).toBe(up?.pid);
  const down = await runCli(['down', '--json'], options);
  expect(JSON.parse(down.stdout).stopped.pid).toBe(up?.pid);
  expect(readUpFile(stateDir)).toBeNull();
  expect((await runCli(['down'], options)).stdout).toContain('Nothing is up');
});

test('an up that was killed is started again', async () => {
  const { place, stateDir } = aShop();
  const client = await anMcpClient('legacy', place);
  expect((await client.call('create_task', { queue_name: 'Todo', name: 'one' })).json.id).toBe('1');
  const first = readUpFile(stateDir);
  process.kill(first?.pid ?? 0, 'SIGKILL');
  await until(() => !isThere(first?.pid ?? 0), 10_000);
  expect((await client.call('create_task', { queue_name: 'Todo', name: 'two' })).json.id).toBe('2');
  expect(readUpFile(stateDir)?.pid).not.toBe(first?.pid);
});

test('a worker without an up is enough', async () => {
  const { place, options, stateDir } = aShop();
  const worker = startCli(['worker'], options);
  await worker.says(/worker up/);
  const client = await anMcpClient('legacy', place);
  expect((await client.call('create_task', { queue_name: 'Todo', name: 'one' })).json.id).toBe('1');
  expect(readUpFile(stateDir)).toBeNull();
  worker.child.kill('SIGTERM');
  await worker.ended;
});

test('a taken port is no obstacle, a reason why it cannot start is told', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void holder.close());
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as { port: number };
  const taken = aShop(`api_host: 127.0.0.1\n`);
  const withPort = cliCommand(['mcp', '--task-tools'], {
    ...taken.options,
    env: { ...taken.env, DISPATCH_API_PORT: String(port) },
  });
  const client = await anMcpClient('legacy', withPort);
  expect((await client.call('create_task', { queue_name: 'Todo', name: 'one' })).json.id).toBe('1');
  expect(readUpFile(taken.stateDir)?.url).not.toContain(`:${port}`);

  const refused = aShop('api_host: 0.0.0.0\n');
  const other = await anMcpClient('legacy', refused.place);
  const answer = await other.call('create_task', { queue_name: 'Todo', name: 'one' });
  expect(answer.json.error).toMatch(/^dispatch up: .*token/);
  expect(answer.json.hint).toBeTruthy();
});

test('up --default serves the project without a dispatch.yaml', async () => {
  const { folder, env } = aShop();
  const options = { cwd: folder, env: { ...env, TEMPORAL_ADDRESS: temporalAddress() } };
  const project = `default-${randomUUID().slice(0, 8)}`;
  const stateDir = join(env.XDG_STATE_HOME, 'dispatch', 'default', '.dispatch');
  stateDirs.push(stateDir);
  const up = startCli(['up', '--default', '--json', '--port', '0', '--project', project], options);
  await up.says(new RegExp(`"project":"${project}"`));
  expect((await runCli(['status', '--default', '--json'], options)).stdout).toContain('"routes": []');
  up.child.kill('SIGTERM');
  expect(await up.ended).toMatchObject({ exitCode: 0 });
});

import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { aProject, type CliProcess, runCli, startCli } from '../helpers/cli.ts';
import { processesWith, until } from '../helpers/processes.ts';
import { temporalAddress } from '../helpers/temporal-server.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A project on the shared server whose agent does what the shell line says. */
function projectWith(line: string, more = '') {
  const name = `cli-${randomUUID().slice(0, 8)}`;
  const made = aProject({
    config: `
project: ${name}
board: board.json
api_port: 0
poll_interval: 1
temporal: { address: "${temporalAddress()}" }
agents: { worker: { command: [sh, -c, ${JSON.stringify(line)}, worker] } }
routes: [{ queue_name: Todo, agent: worker, in_progress_queue: Doing, completed_queue: Done }]
${more}`,
    board: { Todo: [{ id: '1', name: 'one' }], Doing: [], Done: [] },
  });
  const options = { cwd: made.folder, env: made.env };
  return {
    ...made,
    name,
    start: (...args: string[]) => startCli(args, options),
    run: (...args: string[]) => runCli(args, options),
  };
}

const queueOf = (folder: string, id: string): string | undefined => {
  const { queues } = JSON.parse(readFileSync(join(folder, 'board.json'), 'utf8')) as {
    queues: Record<string, { id: string }[]>;
  };
  return Object.entries(queues).find(([, tasks]) => tasks.some((task) => task.id === id))?.[0];
};

async function isUp(up: CliProcess): Promise<string> {
  const [, url = ''] = await up.says(/HTTP API +(http:\/\/\S+)/);
  return url;
}

test('up runs tasks and serves HTTP, and ends in order at a signal (R-SYS-014, R-ART-013, R-ART-015)', async () => {
  const { folder, start, run } = projectWith('echo working; exit 0');
  const up = start('up');
  const url = await isUp(up);
  await until(() => queueOf(folder, '1') === 'Done', 20_000);
  expect(await (await fetch(`${url}/status`)).json()).toMatchObject({ state: 'running' });
  const status = JSON.parse((await run('status', '--json')).stdout) as { up: { pid: number; url: string } };
  expect(status.up).toMatchObject({ pid: up.child.pid, url });
  expect((await run('runs', 'logs', '1')).stdout).toBe('working\n');
  expect((await run('task', 'add', 'Done', 'two', '--json')).exitCode).toBe(0);
  expect(statSync(join(folder, '.dispatch')).mode & 0o077).toBe(0);
  up.child.kill('SIGTERM');
  expect(await up.ended).toMatchObject({ exitCode: 0 });
  expect(JSON.parse((await run('status', '--json')).stdout)).toMatchObject({ up: null });
});

test('a second up on one state directory is refused and told about the first', async () => {
  const { start, run } = projectWith('exit 0');
  const up = start('up');
  const url = await isUp(up);
  const second = await run('up');
  expect(second).toMatchObject({ exitCode: 4 });
  expect(second.stderr).toContain(`pid ${up.child.pid}, ${url}, since `);
  const asJson = await run('up', '--json');
  expect(JSON.parse(asJson.stderr)).toMatchObject({
    code: 'already-running',
    details: { pid: up.child.pid },
  });
});

test('a killed up leaves nothing that stops the next one', async () => {
  const { start } = projectWith('exit 0');
  const first = start('up');
  await isUp(first);
  first.child.kill('SIGKILL');
  await first.ended;
  const second = start('up');
  await isUp(second);
  second.child.kill('SIGINT');
  expect(await second.ended).toMatchObject({ exitCode: 0 });
});

test('Ctrl-C ends running agents and their tasks go back uncounted (R-ART-015, R-ART-062)', async () => {
  const marker = `marker-${randomUUID()}`;
  const { folder, start, run } = projectWith(`: ${marker}; echo up; while :; do sleep 1; done`);
  const up = start('up');
  await isUp(up);
  await until(() => processesWith(marker).length > 0, 20_000);
  up.child.kill('SIGINT');
  expect(await up.ended).toMatchObject({ exitCode: 0 });
  expect(processesWith(marker)).toEqual([]);
  expect(queueOf(folder, '1')).toBe('Todo');
  const task = JSON.parse((await run('task', 'show', '1', '--json')).stdout) as { retry_count: number };
  expect(task.retry_count).toBe(0);
});

test('kill stops everything at once, is confirmed, and resume goes on (R-SYS-019)', async () => {
  const { folder, start, run } = projectWith('exit 0');
  const up = start('up');
  await isUp(up);
  await until(() => queueOf(folder, '1') === 'Done', 20_000);
  const killed = await run('kill', '--json', 'too expensive');
  expect(killed).toMatchObject({ exitCode: 0 });
  expect((JSON.parse(killed.stdout) as { confirmed: string[] }).confirmed).toHaveLength(1);
  const added = JSON.parse((await run('task', 'add', 'Todo', 'held', '--json')).stdout) as { id: string };
  const status = await run('status');
  expect(status.stdout).toMatch(/kill switch +ARMED: too expensive/);
  expect(queueOf(folder, added.id)).toBe('Todo');
  expect(await run('resume')).toMatchObject({ exitCode: 0 });
  await until(() => queueOf(folder, added.id) === 'Done', 20_000);
});

test('a taken port is refused with its holder', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  closers.push(() => holder.close());
  await new Promise((resolve) => holder.once('listening', resolve));
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { run } = projectWith('exit 0');
  const result = await run('up', '--port', String(port));
  expect(result).toMatchObject({ exitCode: 69 });
  expect(result.stderr).toMatch(new RegExp(`port ${port} on 127\\.0\\.0\\.1 is taken`));
});

test('a project of the same name elsewhere is refused (R-SYS-027)', async () => {
  const { name, start, env, folder } = projectWith('exit 0');
  const up = start('up');
  await isUp(up);
  const other = aProject({
    config: readFileSync(join(folder, 'dispatch.yaml'), 'utf8'),
    board: { Todo: [] },
  });
  const refused = await runCli(['up'], { cwd: other.folder, env });
  expect(refused).toMatchObject({ exitCode: 4 });
  expect(refused.stderr).toContain(`a project named "${name}" lives in ${folder}`);
});

test('worker and serve do the two halves in processes of their own', async () => {
  const { folder, start } = projectWith('exit 0');
  const serve = start('serve');
  const url = await isUp(serve);
  const worker = start('worker');
  await until(() => queueOf(folder, '1') === 'Done', 30_000);
  const hosts = (await (await fetch(`${url}/hosts`)).json()) as { live: boolean }[];
  expect(hosts).toMatchObject([{ live: true }]);
  worker.child.kill('SIGTERM');
  serve.child.kill('SIGTERM');
  expect((await Promise.all([worker.ended, serve.ended])).map(({ exitCode }) => exitCode)).toEqual([0, 0]);
});

test('a changed configuration counts without a restart', async () => {
  const { folder, start } = projectWith('exit 0');
  const up = start('up');
  const url = await isUp(up);
  const file = join(folder, 'dispatch.yaml');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(file, `${readFileSync(file, 'utf8')}enable_queue_management: true\n`);
  await up.says(/configuration reloaded/);
  expect(await (await fetch(`${url}/status`)).json()).toMatchObject({ queue_management_enabled: true });
  writeFileSync(file, 'board: [');
  await up.says(/the last good one stays in force/);
  up.child.kill('SIGTERM');
  expect(await up.ended).toMatchObject({ exitCode: 0 });
});

test('status --watch and runs logs -f stream and end at Ctrl-C', async () => {
  const { start } = projectWith('echo one; sleep 1; echo two');
  const up = start('up');
  await isUp(up);
  await up.says(/agent spawned/);
  const logs = start('runs', 'logs', '1', '--follow');
  expect(await logs.ended).toMatchObject({ exitCode: 0, stdout: 'one\ntwo\n' });
  const watch = start('status', '--watch', '--json');
  await watch.says(/"project".*\n.*"project"/);
  watch.child.kill('SIGINT');
  const { exitCode, stdout } = await watch.ended;
  expect(exitCode).toBe(130);
  for (const line of stdout.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ state: 'running' });
});

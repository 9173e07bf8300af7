import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  freePort,
  isAlive,
  runTemporalScript,
  type ScriptResult,
  TEMPORAL_SCRIPT,
  untilGone,
} from '../helpers/own-temporal.ts';

interface ServerFile {
  readonly pid: number;
  readonly startTime: string;
  readonly address: string;
  readonly uiAddress: string;
  readonly db: string;
  readonly version: string;
  readonly binary: string;
}

let folder = '';
let stateDir = '';
let port = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dispatch-script-'));
  stateDir = join(folder, 'state');
  port = await freePort();
});

afterEach(async () => {
  await script('stop');
  await rm(folder, { recursive: true, force: true });
});

function script(...args: string[]): Promise<ScriptResult> {
  return runTemporalScript([...args, '--state-dir', stateDir]);
}

async function start(...args: string[]): Promise<ServerFile> {
  const result = await script('start', '--json', '--headless', '--port', String(port), ...args);
  expect(result.stderr).toBe('');
  expect(result.exitCode).toBe(0);
  return JSON.parse(result.stdout) as ServerFile;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not come true within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Addresses on which a process listens, from the kernel's own table. */
async function listeningHosts(pid: number): Promise<string[]> {
  const hosts: string[] = [];
  const child = spawn('ss', ['-ltnpH'], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const chunk of child.stdout) hosts.push(String(chunk));
  const lines = hosts.join('').split('\n');
  return lines.filter((line) => line.includes(`pid=${pid},`)).map((line) => line.split(/\s+/)[3] ?? '');
}

test('start twice gives the same server, status names it, stop ends it (R-SYS-014)', async () => {
  const first = await start();
  const second = await start();
  expect(second).toEqual(first);
  expect(first.address).toBe(`127.0.0.1:${port}`);
  expect(first.version).toMatch(/^\d+\.\d+\.\d+/);

  const status = await script('status');
  expect(status.exitCode).toBe(0);
  expect(status.stdout).toContain(`Temporal at 127.0.0.1:${port}, no Web UI, pid ${first.pid}`);

  expect((await script('stop')).exitCode).toBe(0);
  expect(await isAlive(first.pid)).toBe(false);
  expect((await script('status')).exitCode).toBe(3);
  expect((await script('stop')).exitCode).toBe(0);
});

test('starts at the same moment end with one server', async () => {
  const args = ['start', '--json', '--headless', '--port', String(port)];
  const results = await Promise.all([script(...args), script(...args), script(...args)]);
  expect(results.map((result) => result.exitCode)).toEqual([0, 0, 0]);
  const pids = results.map((result) => (JSON.parse(result.stdout) as ServerFile).pid);
  expect(new Set(pids).size).toBe(1);
});

test('our search attributes can be used as soon as start returns', async () => {
  const { address } = await start('--db', ':memory:');
  const connection = await Connection.connect({ address });
  const names = ['Project', 'Surface', 'Agent', 'Queue', 'DispatchState', 'TaskId', 'SessionId'];
  const handle = await new Client({ connection }).workflow.start('nobodyRunsThis', {
    taskQueue: 'nobody',
    workflowId: 'attributes',
    searchAttributes: Object.fromEntries(names.map((name) => [name, ['x']])),
  });
  const { searchAttributes } = await handle.describe();
  for (const name of names) expect(searchAttributes[name]).toEqual(['x']);
  await connection.close();
});

test('a workflow is still there after kill -9 and start, and the stale pid is recognised', async () => {
  const first = await start();
  const connection = await Connection.connect({ address: first.address });
  await new Client({ connection }).workflow.start('nobodyRunsThis', { taskQueue: 'q', workflowId: 'kept' });
  process.kill(first.pid, 'SIGKILL');
  await untilGone(first.pid);
  await connection.close();

  const status = await script('status');
  expect(status.exitCode).toBe(3);
  expect(status.stderr).toContain(
    `the last server (pid ${first.pid}, ${first.address}) is gone without a stop`,
  );

  const again = await script('start', '--json', '--headless', '--port', String(port));
  expect(again.exitCode).toBe(0);
  const second = JSON.parse(again.stdout) as ServerFile;
  expect(second.pid).not.toBe(first.pid);
  const reconnected = await Connection.connect({ address: second.address });
  const description = await new Client({ connection: reconnected }).workflow.getHandle('kept').describe();
  expect(description.status.name).toBe('RUNNING');
  await reconnected.close();
});

test.runIf(process.platform === 'linux')('everything listens on the loopback address only', async () => {
  const result = await script(
    'start',
    '--json',
    '--port',
    String(port),
    '--ui-port',
    String(await freePort()),
  );
  const { pid, uiAddress } = JSON.parse(result.stdout) as ServerFile;
  const hosts = await listeningHosts(pid);
  expect(hosts.length).toBeGreaterThanOrEqual(2);
  for (const host of hosts) expect(host).toMatch(/^127\.0\.0\.1:/);
  expect((await fetch(uiAddress)).ok).toBe(true);
});

test('state directory and files are for their owner alone', async () => {
  const { db } = await start();
  expect((await stat(stateDir)).mode & 0o777).toBe(0o700);
  for (const file of [db, join(stateDir, 'server.json'), join(stateDir, 'server.log')]) {
    expect((await stat(file)).mode & 0o077).toBe(0);
  }
});

test('a taken port is named with its holder (exit 11)', async () => {
  const squatter = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => squatter.once('listening', resolve));
  const result = await script('start', '--headless', '--port', String(port));
  squatter.close();
  expect(result.exitCode).toBe(11);
  expect(result.stderr).toContain(`port ${port} is taken by pid ${process.pid}`);
  expect(result.stderr.trim().split('\n')).toHaveLength(1);
});

test('a server that runs with other settings is not answered silently (exit 4)', async () => {
  await start();
  const otherPort = await script('start', '--port', String(await freePort()));
  expect(otherPort.exitCode).toBe(4);
  expect(otherPort.stderr).toContain(`already runs at 127.0.0.1:${port}`);
  expect((await script('start', '--db', join(folder, 'other.db'))).exitCode).toBe(4);
});

test.each([
  ['--port', 'seven'],
  ['--port', '70000'],
  ['--port'],
  ['--colour'],
  ['start', 'stop'],
  ['--headless', '--ui-port', '1'],
])('bad flags are refused in one line: %s %s (exit 2)', async (...flags) => {
  const result = await runTemporalScript(['--state-dir', stateDir, ...flags]);
  expect(result.exitCode).toBe(2);
  expect(result.stderr.trim().split('\n')).toHaveLength(1);
});

test('a database that cannot be used is said to be so, and is not touched (exit 12)', async () => {
  await mkdir(stateDir, { recursive: true });
  const file = join(folder, 'notes.db');
  const check = async (text: string, reason: string) => {
    await writeFile(file, text);
    const result = await script('start', '--headless', '--port', String(port), '--db', file);
    expect(result.exitCode).toBe(12);
    expect(result.stderr).toContain(reason);
    expect(await readFile(file, 'utf8')).toBe(text);
  };
  await check('these are my notes, not a database', 'is not a SQLite database');
  await check('SQLite format 3\0 and then nonsense', 'cannot be used');
  await writeFile(`${file}.server`, '99.0.0 1 never\n');
  await check('SQLite format 3\0', 'was last written by Temporal server 99.0.0, newer than this');
  const result = await script('start', '--headless', '--db', join(folder, 'nowhere', 'x.db'));
  expect(result.stderr).toContain('does not exist');
});

test('two servers never share a database (exit 12)', async () => {
  const first = await start();
  const other = await freePort();
  const args = [
    'start',
    '--headless',
    '--port',
    String(other),
    '--db',
    first.db,
    '--state-dir',
    join(folder, 'b'),
  ];
  const result = await runTemporalScript(args);
  expect(result.exitCode).toBe(12);
  expect(result.stderr).toContain(`is in use by pid ${first.pid}`);
});

test('without a Temporal CLI and a way to get one, every way tried is named (exit 10)', async () => {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const tools = ['bash', 'dirname', 'mkdir', 'chmod', 'ln', 'rm', 'mv', 'readlink', 'cut', 'sed', 'tail'];
  const places = ['/bin', '/usr/bin'];
  for (const tool of [...tools, 'timeout', 'curl', 'uname', 'mktemp', 'sleep', 'cat', 'awk', 'grep']) {
    for (const place of places) {
      if (await stat(join(place, tool)).catch(() => null)) {
        await symlink(join(place, tool), join(bin, tool)).catch(() => undefined);
      }
    }
  }
  const env = {
    HOME: folder,
    PATH: bin,
    XDG_CACHE_HOME: join(folder, 'cache'),
    TEMPORAL_CLI: join(folder, 'not-there'),
    DISPATCH_TEMPORAL_DOWNLOAD_URL: `http://127.0.0.1:${port}`,
  };
  const result = await runTemporalScript(['start', '--state-dir', stateDir], { env });
  expect(result.exitCode).toBe(10);
  const reason = result.stderr.trim().split('\n').at(-1);
  for (const way of [
    'TEMPORAL_CLI: ',
    'PATH: no temporal there',
    'cache: ',
    'download: ',
    'go install: go is not',
  ]) {
    expect(reason).toContain(way);
  }
});

test('run stays in the foreground, is known to status, and ends with its terminal', async () => {
  const args = ['run', '--headless', '--port', String(port), '--db', ':memory:', '--state-dir', stateDir];
  const child: ChildProcess = spawn('/bin/bash', [TEMPORAL_SCRIPT, ...args], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await until(async () => (await script('status')).exitCode === 0);
  expect((await script('status')).stdout).toContain(`pid ${child.pid}`);
  child.kill('SIGINT');
  await ended;
  expect((await script('status')).exitCode).toBe(3);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { aBoardFolder, dispatcherEnv, inQueue } from '../helpers/dispatcher.ts';
import { freePort } from '../helpers/own-temporal.ts';
import { until } from '../helpers/project.ts';

/** A script of the examples as a process of its own, in a folder of its own. */
interface RunningExample {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  stdout(): string;
  stderr(): string;
}

/** A whole process comes up first, and its workflows may have to be bundled: seconds on a busy machine. */
const BOOT_MS_MAX = 50_000;

/** Moves the task to the queue in `$to`. */
const MOVE = `to=$to node -e "fetch(process.env.DISPATCH_API_URL+'/tasks/'+process.env.TASK_ID+'/move',{method:'POST',body:JSON.stringify({target_queue:process.env.to})})"`;

/** Starts an example; `claude` is a script of the test, found by the PATH. */
function startExample(
  name: string,
  dir: string,
  { args = [] as string[], claude = 'exit 0' } = {},
): RunningExample {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'claude'), `#!/bin/sh\n${claude}\n`);
  chmodSync(join(bin, 'claude'), 0o755);
  const script = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    cwd: dir,
    env: { ...dispatcherEnv(dir), PATH: `${bin}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}

/** What the script said is part of why a wait failed. */
async function telling<T>(example: RunningExample, wait: Promise<T>): Promise<T> {
  return wait.catch((error: Error) => {
    throw new Error(`${error.message}\nexit: ${example.child.exitCode}\n${example.stderr()}`);
  });
}

test('the quick start works on a saved task and ends with exit code 0 on SIGTERM (R-ART-013, R-ART-015)', async () => {
  const folder = aBoardFolder({ Todo: [{ id: '1', name: 'Fix crash' }] });
  const port = await freePort();
  const example = startExample('quick-start.ts', folder.dir, {
    args: ['board.json', String(port)],
    claude: `printf '%s|' "$@" > argv.txt\nto=Done\n${MOVE}`,
  });
  await telling(example, inQueue(folder, '1', 'Done', BOOT_MS_MAX));
  expect(readFileSync(join(folder.dir, 'argv.txt'), 'utf8')).toBe(
    '--agent|engineer|-p|Work on task 1: Fix crash.|',
  );
  expect(await (await fetch(`http://127.0.0.1:${port}/status`)).json()).toMatchObject({
    max_concurrent_agents: 3,
  });
  example.child.kill('SIGTERM');
  expect(await example.ended).toEqual({ code: 0, signal: null });
  const lines = example.stderr().trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).msg)).toContain('dispatcher up');
});

test('a first signal ends running agents in order, a second one ends the process at once (R-ART-015)', async () => {
  const folder = aBoardFolder({ Todo: [{ id: '1', name: 'Fix crash' }] });
  const example = startExample('quick-start.ts', folder.dir, {
    args: ['board.json', String(await freePort())],
    claude: "trap '' TERM\ntouch started\nwhile :; do sleep 0.1; done",
  });
  await telling(
    example,
    until('the agent runs', () => example.stderr().includes('agent spawned'), BOOT_MS_MAX),
  );
  example.child.kill('SIGINT');
  const asked = performance.now();
  await until('it is stopping', () => example.stderr().includes('"signal":"SIGINT"'));
  // The same Ctrl-C once more, as npm passes it on, is no second one.
  example.child.kill('SIGINT');
  await until('a second is over', () => performance.now() - asked > 1_500);
  expect(example.child.exitCode ?? example.child.signalCode).toBeNull();
  example.child.kill('SIGINT');
  expect(await example.ended).toEqual({ code: null, signal: 'SIGINT' });
});

test('the pipeline finishes each task before it begins the next (R-ART-036, R-ART-040, R-ART-059)', async () => {
  const folder = aBoardFolder({
    QA: [],
    'In QA': [],
    Engineering: [],
    Todo: [
      { id: '1', name: 'one', description: 'First.' },
      { id: '2', name: 'two' },
    ],
  });
  const example = startExample('pipeline.ts', folder.dir, {
    args: ['board.json', String(await freePort())],
    // Does what it is told: the last line of the prompt moves the task.
    claude: `echo "$2" | head -n 1 >> prompts.txt
to=$(echo "$2" | sed -n 's/.*target_queue": "\\([A-Za-z]*\\).*/\\1/p')
${MOVE}`,
  });
  await telling(
    example,
    Promise.all([inQueue(folder, '1', 'Done', BOOT_MS_MAX), inQueue(folder, '2', 'Done', BOOT_MS_MAX)]),
  );
  const prompts = readFileSync(join(folder.dir, 'prompts.txt'), 'utf8').trim().split('\n');
  const one = ['Plan task 1: one.', 'Implement task 1: one.', 'Review task 1.'];
  const two = ['Plan task 2: two.', 'Implement task 2: two.', 'Review task 2.'];
  // Which of the two goes first is a matter of milliseconds; that they do not mix is the point.
  expect(prompts).toEqual(prompts[0] === one[0] ? [...one, ...two] : [...two, ...one]);
});

test("agents of one's own run, tell what they did, and the program ends by itself (R-ART-021, R-ART-041)", async () => {
  const { dir } = aBoardFolder({});
  const example = startExample('custom-agent.ts', dir, { args: [String(await freePort())] });
  expect(await example.ended).toEqual({ code: 0, signal: null });
  expect(example.stdout()).toBe('task 1: writing about A heron\ntask 2: SAY HELLO\n');
});

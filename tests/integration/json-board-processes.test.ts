import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJsonBoard } from '../../src/adapters/boards/json-board.ts';
import { until } from '../helpers/processes.ts';

const WRITER = fileURLToPath(new URL('./json-board-writer.ts', import.meta.url));
const KILLS = process.env.DISPATCH_TEST_ALL === '1' ? 100 : 30;

let folder: string;
let path: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'board-'));
  path = join(folder, 'board.json');
  children = [];
});
afterEach(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) await kill(child);
  rmSync(folder, { recursive: true });
});

interface Writer {
  readonly child: ChildProcess;
  /** The whole lines it printed so far. */
  lines(): string[];
}

function startWriter(what: string, name: string): Writer {
  const child = spawn(process.execPath, ['--experimental-strip-types', WRITER, path, what, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return { child, lines: () => output.split('\n').slice(0, -1) };
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

const readBoard = () => JSON.parse(readFileSync(path, 'utf8')).queues;
const filler = Array.from({ length: 200 }, (_, index) => ({ id: `f${index}`, description: 'x'.repeat(400) }));

test('kill -9 of a writer at any moment leaves a whole board with every acknowledged write (I1, R-ART-115)', async () => {
  writeFileSync(path, JSON.stringify({ queues: { Todo: [{ id: '1' }, ...filler] } }));
  const acknowledged: string[] = [];
  let writer = startWriter('comments', 'w0');
  for (let round = 0; round < KILLS; round += 1) {
    const next = round + 1 < KILLS ? startWriter('comments', `w${round + 1}`) : null;
    // The next one starts up meanwhile, so most kills hit two processes that want the lock.
    await until(() => writer.lines().length > round % 7, 20_000);
    await kill(writer.child);
    acknowledged.push(...writer.lines());
    const { Todo } = readBoard();
    expect(Todo).toHaveLength(201);
    const texts = new Set(Todo[0].comments.map(({ text }: { text: string }) => text));
    expect(acknowledged.filter((key) => !texts.has(key))).toEqual([]);
    if (next !== null) writer = next;
  }
  const board = createJsonBoard({ path });
  await board.addComment('1', 'still writable');
  await board.close();
  expect(readdirSync(folder).sort()).toEqual(['board.json', 'board.json.lock.db']);
});

test('four processes lose no update and claim each task once (I2, F19)', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const tasks = Array.from({ length: 100 }, (_, index) => ({ id: String(index + 1) }));
  const own = names.map((name) => ({ id: `${name}-own` }));
  writeFileSync(
    path,
    JSON.stringify({ queues: { Todo: [...tasks, ...own], Doing: [], Other: [{ id: 'shared' }] } }),
  );
  const writers = names.map((name) => startWriter('mixed', name));
  await Promise.all(writers.map(({ child }) => once(child, 'close')));
  expect(writers.map(({ child }) => child.exitCode)).toEqual([0, 0, 0, 0]);

  const claimed = writers.flatMap(({ lines }) => lines());
  expect(claimed.sort()).toEqual(tasks.map(({ id }) => id).sort());
  const { Doing, Other, Todo } = readBoard();
  expect(Doing.map(({ id }: { id: string }) => id).sort()).toEqual(tasks.map(({ id }) => id).sort());
  expect(Todo).toHaveLength(4);
  const notes = Other[0].comments.map(({ text }: { text: string }) => text);
  expect(new Set(notes).size).toBe(400);
  expect(notes).toHaveLength(400);
});

test('a writer waits for the lock as long as it was told, then names it; the loop goes on meanwhile', async () => {
  writeFileSync(path, '{"queues":{"Todo":[{"id":"1"}],"Done":[]}}');
  const holder = startWriter('lock', 'holder');
  await until(() => holder.lines().length > 0, 20_000);
  const board = createJsonBoard({ path, lockWaitMs: 300 });
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 10);
  await expect(board.moveTask('1', 'Done')).rejects.toMatchObject({
    code: 'board-unavailable',
    message: expect.stringContaining('board.json.lock.db'),
  });
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
  expect(await board.getQueue('Todo')).toMatchObject({ taskCount: 1 });

  const patient = createJsonBoard({ path });
  const moved = patient.moveTask('1', 'Done');
  await kill(holder.child);
  await moved;
  expect(readBoard().Done).toHaveLength(1);
  await board.close();
  await patient.close();
});

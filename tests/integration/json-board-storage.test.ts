import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJsonBoard, type JsonBoard } from '../../src/adapters/boards/json-board.ts';

let folder: string;
let mounted: string[];
let open: JsonBoard[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'board-'));
  mounted = [];
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((board) => board.close()));
  // Lazily: the kernel may not have let go of a lock file that was closed this moment.
  for (const point of mounted) system('umount', ['-l', point]);
  rmSync(folder, { recursive: true });
});

/** Commands of the system, which no package brings along. */
function system(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'pipe' });
}

function boardAt(path: string): JsonBoard {
  const board = createJsonBoard({ path });
  open.push(board);
  return board;
}

/** A small file system of its own, or null where we may not mount one. */
function mountSmall(size: string): string | null {
  const point = join(folder, 'small');
  mkdirSync(point);
  try {
    system('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', point]);
  } catch {
    return null;
  }
  mounted.push(point);
  return point;
}

test('on a full disk a write fails with storage-full and the board stays whole (F14, F16)', async ({
  skip,
}) => {
  const point = mountSmall('64k');
  if (point === null) return skip('mounting a tmpfs needs root');
  const path = join(point, 'board.json');
  const text = JSON.stringify({
    queues: { Todo: [{ id: '1', description: 'x'.repeat(36 * 1024) }], Done: [] },
  });
  writeFileSync(path, text);
  const board = boardAt(path);
  await expect(board.moveTask('1', 'Done')).rejects.toMatchObject({ code: 'storage-full' });
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(await board.getTask('1')).toMatchObject({ queueName: 'Todo' });
  expect(readdirSync(point).sort()).toEqual(['board.json', 'board.json.lock.db']);
  system('mount', ['-o', 'remount,size=256k', point]);
  await board.moveTask('1', 'Done');
  expect(await board.getTask('1')).toMatchObject({ queueName: 'Done' });
});

test('a read-only disk refuses writes with a clear error and still reads (F17)', async ({ skip }) => {
  const point = mountSmall('1m');
  if (point === null) return skip('mounting a tmpfs needs root');
  const path = join(point, 'board.json');
  writeFileSync(path, '{"queues":{"Todo":[{"id":"1"}],"Done":[]}}');
  system('mount', ['-o', 'remount,ro', point]);
  const board = boardAt(path);
  expect(await board.getTask('1')).toMatchObject({ queueName: 'Todo' });
  await expect(board.moveTask('1', 'Done')).rejects.toMatchObject({
    code: 'board-unavailable',
    message: expect.stringContaining(`${path}.lock.db`),
  });
  system('mount', ['-o', 'remount,rw', point]);
  await board.moveTask('1', 'Done');
});

test.each([1_000, 5_000])(
  'a board of %i tasks keeps its order and its size through many writes',
  async (count) => {
    const path = join(folder, 'board.json');
    const tasks = Array.from({ length: count }, (_, index) => ({
      id: String(index + 1),
      name: `task ${index}`,
      description: 'x'.repeat(500),
    }));
    writeFileSync(path, JSON.stringify({ queues: { Todo: tasks, Done: [] } }, null, 2));
    const { size } = statSync(path);
    const board = createJsonBoard({ path });
    for (const { id } of tasks.slice(0, 20)) await board.moveTask(id, 'Done');
    await Promise.all(tasks.slice(20, 220).map(({ id }) => board.moveTask(id, 'Done')));
    const ready = await board.getReadyTasks(['Todo', 'Done']);
    expect(ready.map(({ id }) => id)).toEqual(
      [...tasks.slice(220), ...tasks.slice(0, 220)].map(({ id }) => id),
    );
    expect(Math.abs(statSync(path).size - size)).toBeLessThan(64);
    expect(JSON.parse(readFileSync(path, 'utf8')).queues.Done).toEqual(tasks.slice(0, 220));
    await board.close();
  },
);

test('writes of one tick share one rewrite, and one that fails does not hurt the others', async () => {
  const path = join(folder, 'board.json');
  writeFileSync(path, '{"queues":{"Todo":[{"id":"1"},{"id":"2"}],"Done":[]}}');
  const board = boardAt(path);
  const [first, refused, second] = await Promise.allSettled([
    board.moveTask('1', 'Done'),
    board.moveTask('1', 'Nowhere'),
    board.moveTask('2', 'Done'),
  ]);
  expect([first.status, refused.status, second.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((await board.getQueue('Done')).tasks.map(({ id }) => id)).toEqual(['1', '2']);
  await board.close();
  await expect(board.moveTask('1', 'Todo')).rejects.toMatchObject({ code: 'board-unavailable' });
});

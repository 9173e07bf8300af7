import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileWatch } from '../../src/adapters/boards/file-watch.ts';
import { createJsonBoard, type JsonBoard } from '../../src/adapters/boards/json-board.ts';
import { until } from '../helpers/processes.ts';

let folder: string;
let path: string;
let board: JsonBoard;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'board-'));
  path = join(folder, 'board.json');
  writeFileSync(path, '{"queues":{"Todo":[{"id":"1"}],"Done":[],"Edits":[]}}');
  board = createJsonBoard({ path });
});
afterEach(async () => {
  await board.close();
  rmSync(folder, { recursive: true });
});

const inPlace = (text: string): void => writeFileSync(path, text);
const byRename = (text: string): void => {
  writeFileSync(`${path}.swp`, text);
  renameSync(`${path}.swp`, path);
};

/** An editor that adds a task: reads and saves at once, as close as a person's editor can come to us. */
function edit(save: (text: string) => void, id: string): void {
  const content = JSON.parse(readFileSync(path, 'utf8'));
  content.queues.Edits.push({ id });
  save(JSON.stringify(content));
}

describe.each([
  ['in place', inPlace],
  ['by rename', byRename],
])('an editor that saves %s', (_name, save) => {
  test('between our read and our write loses nothing, nor do we (F19)', async () => {
    for (let round = 0; round < 25; round += 1) {
      const written = board.addComment('1', `note ${round}`);
      // Somewhere within the write: the steps of the loop stand for its phases.
      for (let step = 0; step < round % 9; step += 1) await setImmediate();
      edit(save, `e${round}`);
      await written;
    }
    const { Todo, Edits } = JSON.parse(readFileSync(path, 'utf8')).queues;
    expect(Edits).toHaveLength(25);
    expect(Todo[0].comments).toHaveLength(25);
    expect((await board.getQueue('Edits')).taskCount).toBe(25);
  });

  test('is seen by the next read, also when length and file time are the same', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
      save(`{"queues":{"Todo":[{"id":"${id}"}]}}`);
      expect(await board.getReadyTasks(['Todo'])).toMatchObject([{ id }]);
    }
  });

  test('is noticed by a watcher', async () => {
    let changes = 0;
    const stop = board.watch?.(() => {
      changes += 1;
    });
    edit(save, 'new');
    await until(() => changes > 0);
    stop?.();
  });
});

/** Truncates, waits, writes: the moment between is what a slow editor shows to others. */
const SLOW_EDITOR = `
const fs = require('node:fs');
const path = process.argv[1];
for (let round = 0; round < 40; round += 1) {
  const fd = fs.openSync(path, 'r+');
  const text = fs.readFileSync(fd, 'utf8');
  if (text === '') { fs.closeSync(fd); round -= 1; continue; }
  const content = JSON.parse(text);
  content.marks = (content.marks ?? 0) + 1;
  fs.ftruncateSync(fd);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, round % 4);
  fs.writeSync(fd, JSON.stringify(content), 0);
  fs.closeSync(fd);
  process.stdout.write('.');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 12);
}`;

test('an editor that truncates first never makes us fail, and no write of ours is refused (F19)', async () => {
  const editor: ChildProcess = spawn(process.execPath, ['-e', SLOW_EDITOR, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let running = true;
  const closed = once(editor, 'close').then(() => {
    running = false;
  });
  let written = 0;
  while (running) {
    await board.addComment('1', `note ${written}`);
    written += 1;
    expect((await board.getTask('1')).id).toBe('1');
  }
  await closed;
  const content = JSON.parse(readFileSync(path, 'utf8'));
  expect(content.queues.Todo[0].id).toBe('1');
  expect(written).toBeGreaterThan(0);
});

test('an editor that is held up between emptying the file and writing it loses nothing, nor do we (F19)', async () => {
  writeFileSync(path, '');
  const written = board.addComment('1', 'meanwhile');
  await delay(600);
  writeFileSync(path, '{"queues":{"Todo":[{"id":"1"},{"id":"2"}],"Done":[]}}');
  await written;
  const { Todo } = JSON.parse(readFileSync(path, 'utf8')).queues;
  expect(Todo).toMatchObject([{ id: '1', comments: [{ text: 'meanwhile' }] }, { id: '2' }]);
});

test('a watcher hears of our own writes and of those of another board on the file', async () => {
  let changes = 0;
  const other = createJsonBoard({ path });
  const stop = board.watch?.(() => {
    changes += 1;
  });
  await board.moveTask('1', 'Done');
  await until(() => changes > 0);
  changes = 0;
  await other.moveTask('1', 'Todo');
  await until(() => changes > 0);
  stop?.();
  await other.close();
});

test('events tell of a change long before the next look at the file', async () => {
  let changes = 0;
  const watch = createFileWatch({ path, pollMs: 3_600_000 });
  watch.subscribe(() => {
    changes += 1;
  });
  for (const save of [inPlace, byRename]) {
    changes = 0;
    edit(save, `${save.name}`);
    await until(() => changes > 0);
  }
  await board.moveTask('1', 'Done');
  changes = 0;
  await board.moveTask('1', 'Todo');
  await until(() => changes > 0);
  watch.close();
});

test('a watcher follows a symlink to its target and to a new one', async () => {
  const second = mkdtempSync(join(tmpdir(), 'board-'));
  const link = join(folder, 'link.json');
  symlinkSync(path, link);
  let changes = 0;
  const watch = createFileWatch({ path: link, pollMs: 50 });
  watch.subscribe(() => {
    changes += 1;
  });
  edit(byRename, 'x');
  await until(() => changes > 0);
  writeFileSync(join(second, 'b.json'), '{}');
  symlinkSync(join(second, 'b.json'), `${link}.new`);
  renameSync(`${link}.new`, link);
  changes = 0;
  await until(() => changes > 0);
  changes = 0;
  writeFileSync(join(second, 'b.json'), '{"queues":{}}');
  await until(() => changes > 0);
  watch.close();
  rmSync(second, { recursive: true });
});

test('where no folder can be watched, looking at the file is enough', async () => {
  const later = join(folder, 'later');
  let changes = 0;
  const watch = createFileWatch({ path: join(later, 'board.json'), pollMs: 20 });
  watch.subscribe(() => {
    changes += 1;
  });
  renameSync(folder, `${folder}-moved`);
  renameSync(`${folder}-moved`, folder);
  mkdirSync(later);
  writeFileSync(join(later, 'board.json'), '{"queues":{}}');
  await until(() => changes > 0);
  watch.close();
});

import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJsonBoard, type JsonBoard } from '../../src/adapters/boards/json-board.ts';
import type { AppError } from '../../src/core/errors.ts';
import { BOARD_FILE_BYTES_MAX } from '../../src/core/limits.ts';
import { until } from '../helpers/processes.ts';

let folder: string;
let path: string;
let board: JsonBoard;
let problems: (AppError | null)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'board-'));
  path = join(folder, 'board.json');
  problems = [];
  board = createJsonBoard({ path, onProblem: (problem) => problems.push(problem) });
});
afterEach(async () => {
  await board.close();
  rmSync(folder, { recursive: true });
});

const GOOD = '{"queues":{"Todo":[{"id":"1","name":"a"}],"Done":[]}}';

test.each<[string, string | Buffer, number, number, RegExp]>([
  ['nothing', '', 1, 1, /expected a value/],
  ['a truncated file', '{"queues": {\n "Todo": [{"id": "1"', 2, 21, /the end of the file/],
  ['a missing comma', '{"queues": {\n  "A": []\n  "B": []\n}}', 3, 3, /expected "," or "}"/],
  ['a trailing comma', '{"queues": {"A": [1,]}}', 1, 21, /expected a value/],
  ['an open string', '{"queues": {"A": [{"id": "1}]}}\n', 1, 32, /control character/],
  ['conflict markers', '{"queues": {\n<<<<<<< HEAD\n"A": []\n}}', 2, 1, /expected a key/],
  ['two values', `${GOOD}\n{}`, 2, 1, /after the end/],
  ['a wrong escape', '{"queues": {"A\\q": []}}', 1, 15, /escape/],
  ['an array', '[]', 1, 1, /must be an object/],
  ['no queues', '{"name": "package"}', 1, 1, /no "queues"/],
  ['queues as an array', '{"queues": []}', 1, 12, /object of arrays/],
  ['a queue as an object', '{"queues": {"A": {}}}', 1, 18, /array of tasks/],
  [
    'a task without id',
    '{"queues": {"A": [\n {"id": "1"},\n {"name": "x"}]}}',
    3,
    2,
    /queues\["A"\]\[1\]\.id/,
  ],
  ['a wrong label', '{"queues": {"A": [\n {"id": "1",\n  "labels": ["x", 3]}]}}', 3, 19, /labels\.1/],
  [
    'a duplicate id',
    '{"queues": {"A": [{"id": 1}],\n "B": [{"id": "1"}]}}',
    2,
    15,
    /also the id of a task in "A"/,
  ],
  ['a duplicate queue', '{"queues": {"A": [],\n"A": []}}', 2, 1, /second queue/],
  ['bad UTF-8', Buffer.from([0x7b, 0x0a, 0x22, 0xc3, 0xa9, 0xff, 0x22]), 2, 4, /UTF-8/],
  ['endless nesting', `{"queues": {}, "x": ${'['.repeat(100_000)}`, 1, 221, /deep/],
])('%s is refused with line and column, and left alone (F18)', async (_name, text, line, column, problem) => {
  writeFileSync(path, text);
  const error = { code: 'board-broken', details: { line, column }, message: expect.stringMatching(problem) };
  await expect(board.listQueues()).rejects.toMatchObject(error);
  await expect(board.createQueue('New')).rejects.toMatchObject(error);
  expect(board.health()).toMatchObject(error);
  expect(readFileSync(path)).toEqual(Buffer.from(text));
});

test('a file beyond the limit is refused without being read (F18)', async () => {
  writeFileSync(path, GOOD);
  truncateSync(path, BOARD_FILE_BYTES_MAX + 1);
  await expect(board.listQueues()).rejects.toMatchObject({ code: 'board-broken' });
});

test('while the file is broken reads serve the last good content and writes are refused (R-ART-115)', async () => {
  writeFileSync(path, GOOD);
  expect((await board.getTask('1')).name).toBe('a');
  writeFileSync(path, '{"queues": {');
  expect((await board.getTask('1')).name).toBe('a');
  await expect(board.moveTask('1', 'Done')).rejects.toMatchObject({ code: 'board-broken' });
  expect(readFileSync(path, 'utf8')).toBe('{"queues": {');
});

test('a lasting problem is reported once with a backup of the last good content, then its end (R-ART-115)', async () => {
  writeFileSync(path, GOOD);
  await board.listQueues();
  writeFileSync(path, '{"queues": {');
  await board.listQueues();
  await until(() => problems.length > 0);
  expect(problems[0]).toMatchObject({ code: 'board-broken', details: { path, line: 1, column: 13 } });
  expect(readFileSync(`${path}.last-good.json`, 'utf8')).toBe(GOOD);
  await board.listQueues();
  await board.listQueues();
  writeFileSync(path, GOOD.replace('"a"', '"b"'));
  expect((await board.getTask('1')).name).toBe('b');
  expect(problems.slice(1)).toEqual([null]);
  expect(board.health()).toBeNull();
  await board.moveTask('1', 'Done');
});

test('a board that vanishes is a problem, not an empty board; it goes on when it is back (F17)', async () => {
  writeFileSync(path, GOOD);
  await board.listQueues();
  renameSync(path, `${path}.away`);
  expect((await board.getTask('1')).name).toBe('a');
  await expect(board.moveTask('1', 'Done')).rejects.toMatchObject({ code: 'board-unavailable' });
  expect(existsSync(path)).toBe(false);
  renameSync(`${path}.away`, path);
  await board.moveTask('1', 'Done');
  expect((await board.getTask('1')).queueName).toBe('Done');
});

test('a folder in the place of the board is board-unavailable', async () => {
  const odd = createJsonBoard({ path: folder });
  await expect(odd.listQueues()).rejects.toMatchObject({ code: 'board-unavailable' });
  await odd.close();
});

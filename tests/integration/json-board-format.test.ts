import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createJsonBoard,
  type JsonBoard,
  type JsonBoardConfig,
} from '../../src/adapters/boards/json-board.ts';

let folder: string;
let path: string;
let open: JsonBoard[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'board-'));
  path = join(folder, 'board.json');
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((board) => board.close()));
  rmSync(folder, { recursive: true });
});

function boardOf(text: string | null, config: Partial<JsonBoardConfig> = {}): JsonBoard {
  if (text !== null) writeFileSync(path, text);
  const board = createJsonBoard({ path, ...config });
  open.push(board);
  return board;
}
const fileText = (): string => readFileSync(path, 'utf8');

/** Runs one change on a file and compares the whole new text. */
async function check(before: string, change: (board: JsonBoard) => Promise<unknown>, after: string) {
  await change(boardOf(before));
  expect(fileText()).toBe(after);
}

const HAND_WRITTEN = `{
    "title": "Sprint",
    "queues": {
        "Todo": [
            {"id": 7, "name": "one line", "estimate": 1.50, "labels": ["a","b"]},
            {
                "id": "b",
                "name": "caf\\u00e9",
                "x": {"2": 2, "1": 12345678901234567890},
                "comments": ["plain"],
                "description": ""
            }
        ],
        "9": [],
        "1": []
    },
    "tail": null
}
`;

test('what nobody changed keeps every letter: numbers, escapes, key order, spacing (R-ART-114)', () =>
  check(
    HAND_WRITTEN,
    (board) => board.moveTask('7', '1'),
    `{
    "title": "Sprint",
    "queues": {
        "Todo": [
            {
                "id": "b",
                "name": "caf\\u00e9",
                "x": {"2": 2, "1": 12345678901234567890},
                "comments": ["plain"],
                "description": ""
            }
        ],
        "9": [],
        "1": [
            {"id": 7, "name": "one line", "estimate": 1.50, "labels": ["a","b"]}
        ]
    },
    "tail": null
}
`,
  ));

test('a changed task keeps its unknown keys and its layout (R-ART-114)', () =>
  check(
    HAND_WRITTEN,
    async (board) => {
      await board.updateTask('7', { labels: ['c'] });
      await board.claim?.('b', { from: 'Todo', to: '9', token: 't' });
    },
    `{
    "title": "Sprint",
    "queues": {
        "Todo": [
            {"id": 7, "name": "one line", "estimate": 1.50, "labels": ["c"]}
        ],
        "9": [
            {
                "id": "b",
                "name": "caf\\u00e9",
                "x": {"2": 2, "1": 12345678901234567890},
                "comments": ["plain"],
                "description": "",
                "dispatch": {
                    "token": "t"
                }
            }
        ],
        "1": []
    },
    "tail": null
}
`,
  ));

test('a compact file stays on one line', () =>
  check(
    '{"queues":{"Todo":[{"id":"1","name":"a"}],"Done":[]}}',
    (board) => board.moveTask('1', 'Done'),
    '{"queues":{"Todo":[],"Done":[{"id":"1","name":"a"}]}}',
  ));

test('tabs, CRLF, byte order mark and a missing last newline are kept', () =>
  check(
    '\uFEFF{\r\n\t"queues": {\r\n\t\t"Todo": [],\r\n\t\t"Done": []\r\n\t}\r\n}',
    (board) => board.deleteQueue('Done'),
    '\uFEFF{\r\n\t"queues": {\r\n\t\t"Todo": []\r\n\t}\r\n}',
  ));

test('a new task has the shape of R-ART-113 and the smallest unused number as id (R-ART-114)', () =>
  check(
    '{\n  "queues": {\n    "Todo": [],\n    "Done": [{"id": "1"}, {"id": 3}]\n  }\n}\n',
    (board) => board.createTask('Todo', 'new', 'text', { labels: ['x'] }),
    `{
  "queues": {
    "Todo": [
      {
        "id": "2",
        "name": "new",
        "description": "text",
        "labels": [
          "x"
        ],
        "assignees": [],
        "comments": [],
        "tasks": []
      }
    ],
    "Done": [
      {"id": "1"},
      {"id": 3}
    ]
  }
}
`,
  ));

test('missing optional keys have defaults, plain comments and checklist items are read (R-ART-089, R-ART-114)', async () => {
  const board = boardOf(
    '{"queues":{"Todo":[{"id":1,"comments":["hi",{"text":"yo","by":"x"}],"tasks":[{"name":"step","completed":true},"two"],"labels":null}]}}',
  );
  expect(await board.getTask('1')).toEqual({
    id: '1',
    name: '',
    description: '',
    labels: [],
    assignees: [],
    comments: [{ text: 'hi' }, { text: 'yo' }],
    checklist: [
      { name: 'step', completed: true },
      { name: 'two', completed: false },
    ],
    queueName: 'Todo',
  });
});

test('a comment is appended to the others, which stay as they are (R-ART-096)', async () => {
  const board = boardOf('{"queues":{"Todo":[{"id":"1","comments":["hi",{"text":"yo","by":"x"}]}]}}');
  await board.addComment('1', 'new', { key: 'k', author: 'bot' });
  const { comments } = JSON.parse(fileText()).queues.Todo[0];
  expect(comments.slice(0, 2)).toEqual(['hi', { text: 'yo', by: 'x' }]);
  expect(comments[2]).toMatchObject({ text: 'new', author: 'bot', id: expect.any(String) });
});

test('our bookkeeping is one key, and what others wrote in it stays', async () => {
  const board = boardOf('{"queues":{"Todo":[{"id":"1","dispatch":{"mine":1,"token":"old"}}],"Doing":[]}}');
  await board.claim?.('1', { from: 'Todo', to: 'Doing', token: 'new' });
  await board.showShadow?.('1', { retry_count: 2, state: 'waiting' });
  expect(JSON.parse(fileText()).queues.Doing[0].dispatch).toEqual({
    mine: 1,
    token: 'new',
    retry_count: 2,
    state: 'waiting',
  });
  await board.moveTask('1', 'Todo');
  expect((await board.getTask('1')).claimToken).toBe('new');
});

test('keys named like object internals are plain data', async () => {
  const board = boardOf(
    '{"__proto__":{"a":1},"queues":{"__proto__":[{"id":"__proto__","__proto__":{"x":1}}],"Done":[]}}',
  );
  await board.addComment('__proto__', 'hello');
  await board.moveTask('__proto__', 'Done');
  const text = fileText();
  expect(text).toContain(
    '{"__proto__":{"a":1},"queues":{"__proto__":[],"Done":[{"id":"__proto__","__proto__":{"x":1},',
  );
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

test('a missing file is created, without a folder it is an error (R-ART-114)', async () => {
  const board = boardOf(null);
  expect(await board.listQueues()).toEqual([]);
  expect(JSON.parse(fileText())).toEqual({ queues: {} });
  await board.createQueue('Todo');
  const nowhere = createJsonBoard({ path: join(folder, 'no', 'board.json') });
  await expect(nowhere.listQueues()).rejects.toMatchObject({ code: 'board-unavailable' });
  await nowhere.close();
});

test('ids may be ULIDs instead', async () => {
  const board = boardOf('{"queues":{"Todo":[]}}', { idStyle: 'ulid' });
  expect((await board.createTask('Todo', 'a', '')).id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
});

test('a configured assignee is the current user (R-ART-032)', async () => {
  expect(await boardOf(null, { assignee: 'bot' }).currentUser?.()).toBe('bot');
  expect(boardOf(null).currentUser).toBeUndefined();
});

test('file mode and symlink survive a write, nothing is left beside the board (R-ART-115)', async () => {
  const real = join(folder, 'real.json');
  writeFileSync(real, '{"queues":{"Todo":[{"id":"1"}],"Done":[]}}');
  chmodSync(real, 0o640);
  symlinkSync('real.json', path);
  await boardOf(null).moveTask('1', 'Done');
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(readFileSync(real, 'utf8')).toBe('{"queues":{"Todo":[],"Done":[{"id":"1"}]}}');
  expect(readdirSync(folder).sort()).toEqual(['board.json', 'real.json', 'real.json.lock.db']);
});

test('a change that changes nothing does not rewrite the file', async () => {
  const board = boardOf('{"queues":{"Todo":[{"id":"1","name":"a"}]}}');
  const { ino } = statSync(path);
  await board.moveTask('1', 'Todo');
  await board.updateTask('1', { name: 'a' });
  expect(statSync(path).ino).toBe(ino);
  expect(existsSync(path)).toBe(true);
});

/*
 * What every board keeps, the conformance kit of R-ART-112. Give it a function that makes an empty board:
 *
 *   boardContract('my board', async () => ({ board: createMyBoard(…), dispose: async () => {} }));
 *
 * Capabilities a board does not have are reported as skipped tests, never as failures.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Board } from '../../src/core/ports/board.ts';
import {
  addTasks as add,
  claimTests,
  codeOf,
  moveFromTests,
  otherTests,
} from './board-capability-contract.ts';

/** A board under test and how to get rid of it. */
export interface BoardUnderTest {
  readonly board: Board;
  /** Frees what the board itself does not know of: folders, containers. Called after `board.close`. */
  readonly dispose?: () => Promise<void>;
  /** False for a board that cannot tell a repeated write key (`WriteMark`); those tests are then skipped. */
  readonly remembersKeys?: boolean;
  /** A queue that can be removed, for a board on which `Done` cannot. */
  readonly removableQueue?: string;
}

/** Names that have broken boards before; each is stored exactly or refused with `invalid-input` (S8). */
export const HOSTILE_NAMES = [
  'My Project.My Board.Todo',
  '__proto__',
  'constructor',
  'toString',
  '42',
  '../../etc/passwd',
  'a/b\\c',
  '%2e%2e%2f',
  '-rf',
  'CON',
  'with\nnewline',
  'with\u0000nul',
  '\u202Eright-to-left',
  'Ærøskøbing 🚀 e\u0301',
  '<script>alert(1)</script>',
  '"quoted" \\ {json}',
];

/** Runs the whole suite against boards made by `makeBoard`, one empty board for each test. */
export function boardContract(name: string, makeBoard: () => Promise<BoardUnderTest>): void {
  describe(name, () => {
    let made: BoardUnderTest;
    let board: Board;

    beforeEach(async () => {
      made = await makeBoard();
      board = made.board;
      await board.createQueue('Todo');
      await board.createQueue('In Progress');
      await board.createQueue('Done');
    });
    afterEach(async () => {
      await board.close?.();
      await made.dispose?.();
    });
    const get = (): Board => board;

    describe('queues', () => queueTests(get, () => made.removableQueue ?? 'Done'));
    describe('tasks', () => taskTests(get));
    describe('comments', () => commentTests(get));
    describe('write keys', () => keyTests(get, () => made.remembersKeys ?? true));
    describe('moves', () => moveTests(get));
    describe('hostile names', () => nameTests(get));
    describe('capability claim', () => claimTests(get));
    describe('capability moveFrom', () => moveFromTests(get));
    describe('other capabilities', () => otherTests(get));
  });
}

const idsIn = async (board: Board, queueName: string): Promise<string[]> =>
  (await board.getQueue(queueName)).tasks.map(({ id }) => id);

function queueTests(get: () => Board, removable: () => string): void {
  test('every queue is listed with its count (R-ART-101)', async () => {
    await add(get(), 'a', 'b');
    const queues = await get().listQueues();
    expect(queues.toSorted((a, b) => a.taskCount - b.taskCount || a.name.localeCompare(b.name))).toEqual([
      { name: 'Done', taskCount: 0 },
      { name: 'In Progress', taskCount: 0 },
      { name: 'Todo', taskCount: 2 },
    ]);
  });

  test('one queue is shown with its tasks in order; an unknown one is queue-not-found (R-ART-102)', async () => {
    const [a, b] = await add(get(), 'a', 'b');
    expect(await get().getQueue('Todo')).toEqual({
      name: 'Todo',
      taskCount: 2,
      tasks: [
        { id: a, name: 'a' },
        { id: b, name: 'b' },
      ],
    });
    expect(await codeOf(get().getQueue('Nowhere'))).toBe('queue-not-found');
  });

  test('a new queue is empty, and a second one of its name already-exists (R-ART-103)', async () => {
    expect(await get().createQueue('Review')).toEqual({ name: 'Review', taskCount: 0 });
    expect(await codeOf(get().createQueue('Review'))).toBe('already-exists');
    expect(await codeOf(get().createQueue(' '))).toBe('invalid-input');
  });

  test('a renamed queue keeps its tasks and their order (R-ART-104)', async () => {
    const ids = await add(get(), 'a', 'b');
    expect(await get().updateQueue('Todo', { newName: 'Backlog' })).toEqual({
      name: 'Backlog',
      taskCount: 2,
    });
    expect(await idsIn(get(), 'Backlog')).toEqual(ids);
    expect((await get().getTask(ids[0]!)).queueName).toBe('Backlog');
    expect(await codeOf(get().getQueue('Todo'))).toBe('queue-not-found');
    expect(await codeOf(get().updateQueue('Todo', { newName: 'X' }))).toBe('queue-not-found');
    expect(await codeOf(get().updateQueue('Backlog', { newName: 'Done' }))).toBe('already-exists');
    expect(await get().updateQueue('Done', { newName: 'Done' })).toEqual({ name: 'Done', taskCount: 0 });
  });

  test('only an empty queue is deleted (R-ART-105)', async () => {
    await add(get(), 'a');
    expect(await codeOf(get().deleteQueue('Todo'))).toBe('queue-not-empty');
    expect((await get().getQueue('Todo')).taskCount).toBe(1);
    const empty = removable();
    if (empty !== 'Done') await get().createQueue(empty);
    await get().deleteQueue(empty);
    expect(await codeOf(get().getQueue(empty))).toBe('queue-not-found');
    expect(await codeOf(get().deleteQueue(empty))).toBe('queue-not-found');
  });
}

function taskTests(get: () => Board): void {
  test('a created task is returned whole and can be read again (R-ART-099, R-ART-088)', async () => {
    const task = await get().createTask('Todo', 'Paint', 'the fence', {
      labels: ['red'],
      assignees: ['ann'],
    });
    expect(task).toMatchObject({
      name: 'Paint',
      description: 'the fence',
      labels: ['red'],
      assignees: ['ann'],
      comments: [],
      checklist: [],
      queueName: 'Todo',
    });
    expect(task.id).not.toBe('');
    expect(await get().getTask(task.id)).toEqual(task);
  });

  test('ids are unique, also for tasks created at the same time (R-ART-114)', async () => {
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, index) => get().createTask('Todo', `task ${index}`, '')),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(12);
    expect((await get().getQueue('Todo')).taskCount).toBe(12);
  });

  test('a task in an unknown queue, without a name or too long is refused (R-ART-099)', async () => {
    expect(await codeOf(get().createTask('Nowhere', 'a', ''))).toBe('queue-not-found');
    expect(await codeOf(get().createTask('Todo', '', ''))).toBe('invalid-input');
    expect(await codeOf(get().createTask('Todo', 'x'.repeat(5_000), ''))).toBe('invalid-input');
    expect((await get().getQueue('Todo')).taskCount).toBe(0);
  });

  test('a patch changes the given fields only and replaces arrays (R-ART-098)', async () => {
    const { id } = await get().createTask('Todo', 'a', 'long text', {
      labels: ['x', 'y'],
      assignees: ['ann'],
    });
    const patched = await get().updateTask(id, { labels: ['z'], name: 'b' });
    expect(patched).toMatchObject({
      name: 'b',
      description: 'long text',
      labels: ['z'],
      assignees: ['ann'],
      queueName: 'Todo',
    });
    expect(await get().getTask(id)).toEqual(patched);
    expect((await get().updateTask(id, { description: '', assignees: [] })).assignees).toEqual([]);
    expect(await codeOf(get().updateTask(id, {}))).toBe('invalid-input');
    expect(await codeOf(get().updateTask('no such task', { name: 'x' }))).toBe('task-not-found');
  });

  test('ready tasks come queue by queue, in board order, unknown queues skipped (R-ART-029)', async () => {
    const [a, b, c] = await add(get(), 'a', 'b', 'c');
    await get().moveTask(a!, 'Done');
    const ready = await get().getReadyTasks(['Done', 'Nowhere', 'Todo']);
    // Where a board knows a task's place by itself is its own affair.
    expect(ready.map(({ place: _place, ...task }) => task)).toEqual([
      { id: a, name: 'a', queueName: 'Done' },
      { id: b, name: 'b', queueName: 'Todo' },
      { id: c, name: 'c', queueName: 'Todo' },
    ]);
    expect(await get().getReadyTasks([])).toEqual([]);
  });

  test('what a caller does to an answer does not reach the board', async () => {
    const { id } = await get().createTask('Todo', 'a', '', { labels: ['x'] });
    (await get().getTask(id)).labels.push('evil');
    expect((await get().getTask(id)).labels).toEqual(['x']);
  });

  test('an unknown id is task-not-found', async () => {
    for (const id of ['no such task', '', '__proto__', '../../etc/passwd', 'x'.repeat(1_001)]) {
      expect(await codeOf(get().getTask(id))).toBe('task-not-found');
      expect(await codeOf(get().moveTask(id, 'Done'))).toBe('task-not-found');
    }
  });
}

function commentTests(get: () => Board): void {
  test('comments keep their order, text and author (R-ART-096, R-ART-089)', async () => {
    const [id] = await add(get(), 'a');
    await get().addComment(id!, 'first\n\nsecond paragraph 🚀 "quoted"', { author: 'ann' });
    await get().addComment(id!, 'later');
    const { comments } = await get().getTask(id!);
    expect(comments.map(({ text }) => text)).toEqual(['first\n\nsecond paragraph 🚀 "quoted"', 'later']);
    expect(comments[0]).toMatchObject({ author: 'ann' });
    expect(await codeOf(get().addComment('no such task', 'x'))).toBe('task-not-found');
    expect(await codeOf(get().addComment(id!, ' '))).toBe('invalid-input');
  });

  test('comments written at the same time are all kept', async () => {
    const [id] = await add(get(), 'a');
    await Promise.all(Array.from({ length: 12 }, (_, index) => get().addComment(id!, `note ${index}`)));
    expect(new Set((await get().getTask(id!)).comments.map(({ text }) => text)).size).toBe(12);
  });
}

function keyTests(get: () => Board, remembersKeys: () => boolean): void {
  test('a create with a known key answers with the first task (R-ART-112)', async ({ skip }) => {
    if (!remembersKeys()) skip();
    const first = await get().createTask('Todo', 'once', '', { key: 'k1' });
    const again = await get().createTask('Todo', 'once', '', { key: 'k1' });
    expect(again.id).toBe(first.id);
    expect((await get().createTask('Todo', 'once', '', { key: 'k2' })).id).not.toBe(first.id);
    expect((await get().getQueue('Todo')).taskCount).toBe(2);
  });

  test('a comment with a known key is not added again', async ({ skip }) => {
    if (!remembersKeys()) skip();
    const [id] = await add(get(), 'a');
    await get().addComment(id!, 'once', { key: 'k' });
    await get().addComment(id!, 'once', { key: 'k' });
    await get().addComment(id!, 'once', { key: 'other' });
    expect((await get().getTask(id!)).comments).toHaveLength(2);
  });
}

function moveTests(get: () => Board): void {
  test('a moved task stands at the end of its new queue (R-ART-097)', async () => {
    const [a, b, c] = await add(get(), 'a', 'b', 'c');
    await get().moveTask(b!, 'Done');
    await get().moveTask(a!, 'Done');
    expect(await idsIn(get(), 'Done')).toEqual([b, a]);
    expect(await idsIn(get(), 'Todo')).toEqual([c]);
    expect((await get().getTask(a!)).queueName).toBe('Done');
  });

  test('a move to its own queue changes nothing, one to an unknown queue neither (R-ART-097)', async () => {
    const [a, b] = await add(get(), 'a', 'b');
    await get().moveTask(a!, 'Todo');
    expect(await codeOf(get().moveTask(a!, 'Nowhere'))).toBe('queue-not-found');
    expect(await idsIn(get(), 'Todo')).toEqual([a, b]);
  });
}

function nameTests(get: () => Board): void {
  test.each(HOSTILE_NAMES)('%j as the name of a queue is stored exactly or refused (S8)', async (name) => {
    const code = await codeOf(get().createQueue(name));
    if (code === 'invalid-input') return;
    expect(code).toBe('no error');
    const { id } = await get().createTask(name, 'inside', '');
    expect((await get().listQueues()).map((queue) => queue.name)).toContain(name);
    expect(await get().getTask(id)).toMatchObject({ queueName: name });
    expect(({} as Record<string, unknown>).taskCount).toBeUndefined();
    await get().moveTask(id, 'Done');
    await get().deleteQueue(name);
  });

  test.each(HOSTILE_NAMES)(
    '%j as a task name, text, label and assignee is stored exactly or refused',
    async (text) => {
      const code = await codeOf(get().createTask('Todo', text, text, { labels: [text], assignees: [text] }));
      if (code === 'invalid-input') return;
      const [ready] = await get().getReadyTasks(['Todo']);
      await get().addComment(ready!.id, text);
      const task = await get().getTask(ready!.id);
      expect(task).toMatchObject({ name: text, description: text, labels: [text], assignees: [text] });
      expect(task.comments.map((comment) => comment.text)).toEqual([text]);
    },
  );
}

import { expect, test } from 'vitest';
import { createMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import { AppError } from '../../src/core/errors.ts';
import { HISTORY_TEXT_BYTES_MAX } from '../../src/core/limits.ts';
import type { Board } from '../../src/core/ports/board.ts';
import type { BoardCommand } from '../../src/core/ports/control.ts';
import { eventsOf, expectSmall, historyOf } from '../helpers/history.ts';
import type { TestProject } from '../helpers/project.ts';
import { aShape, keepShape } from '../helpers/shape.ts';

const caller = { channel: 'library', actor: 'sample' } as const;
const routes = [{ queue_name: 'Nowhere', agent: 'ok' }];
const agents = { ok: 'exit 0' };
const board = () => createMemoryBoard({ Todo: [{ id: '1', name: 'task 1' }], Done: [] });

/** The workflow of the last command sent with this key. */
async function workflowOf({ project }: TestProject, key: string): Promise<{ workflowId: string }> {
  const kept = await project.context.store.records.getKey(key);
  return { workflowId: kept!.workflowId };
}

const COMMANDS: readonly BoardCommand[] = [
  { operation: 'add-comment', taskId: '1', text: 'looks good' },
  { operation: 'move-task', taskId: '1', targetQueue: 'Done' },
  { operation: 'update-task', taskId: '1', patch: { labels: ['small'] } },
  { operation: 'create-task', queueName: 'Todo', name: 'task 2', description: 'more' },
  { operation: 'create-queue', name: 'Later' },
  { operation: 'rename-queue', name: 'Later', newName: 'Soon' },
  { operation: 'delete-queue', name: 'Soon' },
];

test('every board write replays, and its answer does not stand in history (R-SYS-008, R-SYS-009)', async () => {
  const p = await aShape('commands', { board: board(), agents, routes });
  for (const command of COMMANDS) {
    const key = `sample-${command.operation}`;
    const answer = await p.project.context.control.command(command, caller, key);
    expect(answer.kind, command.operation).toBe('done');
    const history = await keepShape(p, `command-${command.operation}`, await workflowOf(p, key));
    expect(eventsOf(history).length, command.operation).toBeLessThanOrEqual(8);
  }
  const again = await p.project.context.control.command(COMMANDS[3]!, caller, 'sample-create-task');
  expect(again).toMatchObject({ kind: 'done', answer: { name: 'task 2', description: 'more' } });
});

test('a board that says no ends the command with its reason (R-SYS-008)', async () => {
  const p = await aShape('refusing', { board: board(), agents, routes });
  const command = { operation: 'move-task', taskId: '99', targetQueue: 'Done' } as const;
  const { control } = p.project.context;
  await expect(control.command(command, caller, 'sample')).rejects.toMatchObject({ code: 'task-not-found' });
  await keepShape(p, 'command-refused', await workflowOf(p, 'sample'));
});

test.each([false, true])(
  'a board that is away for a moment is tried again (remote: %s; R-SYS-008)',
  async (remote) => {
    const inner = board();
    let failures = 2;
    const flaky: Board = {
      ...inner,
      remote,
      async addComment(...args) {
        failures -= 1;
        if (failures >= 0) throw new AppError('board-unavailable', 'the board is away');
        return inner.addComment(...args);
      },
    };
    const p = await aShape(remote ? 'remote' : 'flaky', { board: flaky, agents, routes });
    const command = { operation: 'add-comment', taskId: '1', text: 'at last' } as const;
    const answer = await p.project.context.control.command(command, caller, 'sample');
    expect(answer).toMatchObject({ kind: 'done', answer: { comments: [{ text: 'at last' }] } });
    await keepShape(p, remote ? 'command-retried-remote' : 'command-retried', await workflowOf(p, 'sample'));
  },
);

test('texts up to the limits go through whole and stay out of history (R-SYS-009)', async () => {
  const p = await aShape('large', { board: board(), agents, routes });
  const { control } = p.project.context;
  const text = 'long comment '.repeat(19_000);
  const description = 'long description '.repeat(30_000);
  await control.command({ operation: 'add-comment', taskId: '1', text }, caller, 'comment');
  await control.command({ operation: 'update-task', taskId: '1', patch: { description } }, caller, 'update');
  const task = await p.task('1');
  expect(task.comments[0]?.text === text).toBe(true);
  expect(task.description === description).toBe(true);
  for (const key of ['comment', 'update']) {
    const history = await historyOf(p, (await workflowOf(p, key)).workflowId);
    expectSmall(history, key);
    expect(JSON.stringify(history).length).toBeLessThan(HISTORY_TEXT_BYTES_MAX);
  }
});

test('a text of 10 MB is refused by name of the limit and enters no history (R-SYS-009)', async () => {
  const p = await aShape('too-large', { board: board(), agents, routes });
  const { control } = p.project.context;
  const text = 'x'.repeat(10 * 1024 * 1024);
  await expect(
    control.command({ operation: 'add-comment', taskId: '1', text }, caller, 'comment'),
  ).rejects.toThrow('comment: has 10485760 characters, 262144 are allowed');
  const history = await historyOf(p, (await workflowOf(p, 'comment')).workflowId);
  expectSmall(history, 'comment');
  await expect(
    control.command({ operation: 'add-comment', taskId: '1', text: text + text }, caller, 'longer'),
  ).rejects.toMatchObject({ code: 'payload-too-large' });
});

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import { AppError } from '../../src/core/errors.ts';
import type { AgentAdapter } from '../../src/core/ports/agent.ts';
import type { Board } from '../../src/core/ports/board.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';

const tasks = (...ids: string[]) => ids.map((id) => ({ id, name: `task ${id}` }));
const away = () => new AppError('board-unavailable', 'the board is away');
const stateOf = ({ project }: TestProject, taskId: string) =>
  project.context.store.records.getTaskState(taskId);
const runsOf = ({ project }: TestProject, taskId: string) =>
  project.context.store.projection.listRuns({ taskId, limit: 20 });

test('a move whose answer was lost is not taken for a move by a person: the retry still counts (R-ART-076)', async () => {
  const inner = createMemoryBoard({ Todo: tasks('1'), 'In Progress': [], Failed: [] });
  let lost = 0;
  const board: Board = {
    ...inner,
    async moveFrom(taskId, from, to) {
      const moved = (await inner.moveFrom?.(taskId, from, to)) === true;
      lost += 1;
      if (lost === 1) throw away();
      return moved;
    },
  };
  const p = await aProject({
    board,
    agents: { bad: 'exit 3' },
    routes: [{ queue_name: 'Todo', agent: 'bad', max_retries: 1, dead_letter_queue: 'Failed' }],
  });
  await settledIn(p, '1', 'Failed');
  expect(await p.comments('1')).toEqual([
    'Retry 1/1: exited with code 3. Moving back to source queue for retry.',
    'Max retries (1) exhausted. Moving to dead-letter queue.',
  ]);
  expect(await runsOf(p, '1')).toHaveLength(2);
  expect(await stateOf(p, '1')).toMatchObject({ status: 'dead', retryCount: 1 });
});

test('a dead-letter move whose answer was lost still ends as dead-lettered (R-ART-076)', async () => {
  const inner = createMemoryBoard({ Todo: tasks('1'), 'In Progress': [], Failed: [] });
  let lost = 0;
  const board: Board = {
    ...inner,
    async moveFrom(taskId, from, to) {
      const moved = (await inner.moveFrom?.(taskId, from, to)) === true;
      lost += 1;
      if (lost === 1) throw away();
      return moved;
    },
  };
  const p = await aProject({
    board,
    agents: { bad: 'exit 3' },
    routes: [{ queue_name: 'Todo', agent: 'bad', max_retries: 0, dead_letter_queue: 'Failed' }],
  });
  await settledIn(p, '1', 'Failed');
  expect(await stateOf(p, '1')).toMatchObject({ status: 'dead' });
});

test('on a board without claims a pick-up whose answer was lost is found again (R-ART-031, R-SYS-004)', async () => {
  const {
    claim: _,
    moveFrom: __,
    ...inner
  } = createMemoryBoard({
    Todo: tasks('1'),
    'In Progress': [],
    Done: [],
  });
  let lost = 0;
  const board: Board = {
    ...inner,
    async moveTask(taskId, to) {
      await inner.moveTask(taskId, to);
      lost += 1;
      if (lost === 1) throw away();
    },
  };
  const p = await aProject({
    board,
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok', completed_queue: 'Done' }],
  });
  await settledIn(p, '1', 'Done');
  expect(await runsOf(p, '1')).toHaveLength(1);
});

test('a route whose in-progress queue does not exist holds no slot against the others (R-ART-031)', async () => {
  const p = await aProject({
    board: createMemoryBoard({ First: tasks('1'), Todo: tasks('2'), 'In Progress': [], Done: [] }),
    agents: { ok: 'exit 0' },
    routes: [
      {
        queue_name: 'First',
        agent: 'ok',
        in_progress_queue: 'Nowhere',
        completed_queue: 'Done',
        priority: 1,
      },
      { queue_name: 'Todo', agent: 'ok', completed_queue: 'Done', priority: 2 },
    ],
    config: { max_concurrent_agents: 1 },
  });
  await settledIn(p, '2', 'Done');
  expect((await p.task('1')).queueName).toBe('First');
  await p.project.context.board.createQueue('Nowhere');
  p.project.looker.open.forget('1');
  await settledIn(p, '1', 'Done');
});

test('a board that is away between pick-up and prompt costs no retry (R-ART-034, R-ART-062)', async () => {
  const inner = createMemoryBoard({ Todo: tasks('1'), 'In Progress': [], Done: [] });
  let failures = 0;
  const project: { test?: TestProject } = {};
  const board: Board = {
    ...inner,
    async getTask(taskId) {
      const state = project.test === undefined ? null : await stateOf(project.test, taskId);
      if (failures < 2 && state?.status === 'claimed') {
        failures += 1;
        throw away();
      }
      return inner.getTask(taskId);
    },
  };
  const p = await aProject({
    worker: false,
    board,
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok', completed_queue: 'Done' }],
  });
  project.test = p;
  await p.startWorker();
  // Not by way of the board, which fails whoever asks first.
  await until('it is over', async () => ['done', 'stuck'].includes((await stateOf(p, '1'))?.status ?? ''));
  expect(failures).toBe(2);
  expect((await p.task('1')).queueName).toBe('Done');
  expect(await p.comments('1')).toEqual([]);
});

test('an agent adapter that throws leaves no run that seems to run for ever (R-ART-051)', async () => {
  const broken: AgentAdapter = {
    kind: 'command',
    run: () => Promise.reject(new Error('adapter bug')),
  };
  const p = await aProject({
    board: createMemoryBoard({ Todo: tasks('1'), 'In Progress': [], Done: [] }),
    adapters: [broken],
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok', completed_queue: 'Done' }],
  });
  await settledIn(p, '1', 'In Progress');
  expect(await runsOf(p, '1')).toMatchObject([{ status: 'finished', outcome: 'failed' }]);
});

test('a task that was deleted while its agent ran is over for the records, too (R-ART-061)', async () => {
  const inner = createMemoryBoard({ Todo: tasks('1'), 'In Progress': [], Done: [] });
  let gone = false;
  const board: Board = {
    ...inner,
    async getTask(taskId) {
      if (gone) throw new AppError('task-not-found', 'gone');
      return inner.getTask(taskId);
    },
  };
  const p = await aProject({
    board,
    agents: { slow: 'while [ ! -e open ]; do sleep 0.05; done' },
    routes: [{ queue_name: 'Todo', agent: 'slow', poll_interval: 3600 }],
  });
  await until('it runs', async () => (await stateOf(p, '1'))?.status === 'running');
  gone = true;
  writeFileSync(`${p.dir}/open`, '');
  await until('its state says so', async () => (await stateOf(p, '1'))?.status === 'done', 8_000);
  expect(await stateOf(p, '1')).toMatchObject({ anomaly: 'gone from the board' });
});

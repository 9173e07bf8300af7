import { describe, expect, test } from 'vitest';
import { createForeignBoard, createMemoryBoard, type ForeignBoard } from '../../src/index.ts';
import { boardContract } from '../contract/board-contract.ts';
import { aDispatcher, dispatcherEnv } from '../helpers/dispatcher.ts';
import { until } from '../helpers/project.ts';

/** A board as the replaced tool's users write one: snake_case, values in their own words. */
function snakeCaseBoard(board = createMemoryBoard()): ForeignBoard {
  return {
    get_ready_tasks: (queues) => board.getReadyTasks(queues),
    async get_task(id) {
      const { queueName, checklist, ...task } = await board.getTask(id);
      return { ...task, queue_name: queueName, tasks: checklist };
    },
    move_task: (id, queue) => board.moveTask(id, queue),
    add_comment: (id, text, mark) => board.addComment(id, text, mark),
    update_task: (id, fields) => board.updateTask(id, fields),
    create_task: (queue, name, description) => board.createTask(queue, name, description),
    list_queues: async () =>
      (await board.listQueues()).map(({ name, taskCount }) => ({ name, task_count: taskCount })),
    async get_queue(name) {
      const { taskCount, tasks } = await board.getQueue(name);
      return { name, task_count: taskCount, tasks };
    },
    create_queue: (name) => board.createQueue(name),
    update_queue: (name, { new_name }) => board.updateQueue(name, { newName: new_name }),
    delete_queue: (name) => board.deleteQueue(name),
  };
}

boardContract('a snake_case board through the adapter (R-ART-111, R-ART-112)', async () => ({
  board: createForeignBoard(snakeCaseBoard()),
  remembersKeys: false,
}));

/** A board that says as little as it may. */
function tersePythonBoard(): ForeignBoard & {
  readonly queues: Record<string, { id: number; name: string }[]>;
} {
  const queues: Record<string, { id: number; name: string }[]> = {
    Todo: [{ id: 5, name: 'five' }],
    'In Progress': [],
    Done: [],
  };
  const queueOf = (id: string) =>
    Object.values(queues).find((tasks) => tasks.some((task) => String(task.id) === id)) ?? [];
  return {
    queues,
    get_ready_tasks: (names) => names.flatMap((name) => queues[name] ?? []),
    get_task: (id) => queueOf(id).find((task) => String(task.id) === id) ?? null,
    move_task(id, target) {
      const from = queueOf(id);
      const [task] = from.splice(
        from.findIndex((one) => String(one.id) === id),
        1,
      );
      if (task !== undefined) queues[target]?.push(task);
    },
    add_comment() {},
    update_task() {},
    create_task(queue, name) {
      queues[queue]?.push({ id: 6, name });
      return 6;
    },
    list_queues: () => Object.keys(queues),
    get_queue: (name) => (name in queues ? { name } : null),
    create_queue(name) {
      queues[name] = [];
    },
    update_queue() {},
    delete_queue(name) {
      delete queues[name];
    },
  };
}

describe('a board that leaves out what it can (R-ART-112)', () => {
  const board = createForeignBoard(tersePythonBoard());

  test('its tasks are found queue by queue and filled in', async () => {
    expect(await board.getTask('5')).toEqual({
      id: '5',
      name: 'five',
      description: '',
      labels: [],
      assignees: [],
      comments: [],
      checklist: [],
      queueName: 'Todo',
    });
    expect(await board.getReadyTasks(['Done', 'Todo'])).toEqual([
      { id: '5', name: 'five', queueName: 'Todo' },
    ]);
    expect(await board.getQueue('Todo')).toEqual({
      name: 'Todo',
      taskCount: 1,
      tasks: [{ id: '5', name: 'five' }],
    });
    expect(await board.createTask('Done', 'six', '')).toMatchObject({ id: '6', queueName: 'Done' });
  });

  test('null means that there is no such thing', async () => {
    await expect(board.getTask('99')).rejects.toMatchObject({ code: 'task-not-found' });
    await expect(board.getQueue('Nowhere')).rejects.toMatchObject({ code: 'queue-not-found' });
  });

  test.each([
    [new Error('Task 5 not found'), 'task-not-found'],
    [new Error('no such queue: X'), 'queue-not-found'],
    [Object.assign(new Error('HTTP'), { status: 404 }), 'task-not-found'],
    [Object.assign(new Error('x'), { code: 'board-broken' }), 'board-broken'],
    [new Error('connect ECONNREFUSED'), 'board-unavailable'],
    ['a text', 'board-unavailable'],
  ])('%s counts as %s', async (thrown, code) => {
    const failing = createForeignBoard({
      ...tersePythonBoard(),
      move_task() {
        throw thrown;
      },
    });
    await expect(failing.moveTask('5', 'Done')).rejects.toMatchObject({ code });
  });
});

test('a factory is asked once, at start, with the environment as it is then (R-ART-009, R-ART-010)', async () => {
  let asked = 0;
  const terse = tersePythonBoard();
  const t = aDispatcher({
    command: 'true',
    queue_backend: {
      async create_adapter() {
        asked += 1;
        return terse;
      },
    },
  });
  t.dispatcher.route({ queue_name: 'Todo', completed_queue: 'Done' }, (id) => id);
  expect(asked).toBe(0);
  await t.dispatcher.start();
  await until('the task is done', () => terse.queues.Done?.length === 1);
  expect(asked).toBe(1);
  expect(dispatcherEnv(t.dir).TEMPORAL_ADDRESS).toBeDefined();
});

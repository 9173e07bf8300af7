import { AppError } from '../core/errors.ts';
import type { Board } from '../core/ports/board.ts';
import type { ReadyTask, Task } from '../core/schema/task.ts';
import { asBoardError } from './foreign-error.ts';
import { type BoardMethod, type ForeignBoard, methodOf, snakeName } from './foreign-methods.ts';
import { bagOf, field, idOf, nameOf, queueOf, queuesOf, summaryOf, taskOf } from './foreign-values.ts';

type Call = (method: BoardMethod, ...values: readonly unknown[]) => Promise<unknown>;

/**
 * A board out of an object with the eleven methods of the replaced tool, snake_case or camelCase, sync or async
 * (R-ART-111, R-ART-112). Only ids are needed: a task that does not say where it is gets looked for queue by queue.
 */
export function createForeignBoard(foreign: ForeignBoard): Board {
  const call: Call = async (method, ...values) => {
    const snake = snakeName(method);
    const run = methodOf(foreign, snake) ?? methodOf(foreign, method);
    if (run === null) throw new AppError('invalid-config', `queue_backend has no ${snake}`);
    try {
      return await run(...values);
    } catch (error) {
      throw asBoardError(error, method, snake);
    }
  };
  const reading = readingMethods(call);
  return { ...reading, ...taskMethods(call, reading), ...queueMethods(call), ...capabilities(foreign) };
}

type Reading = Pick<Board, 'getReadyTasks' | 'getTask' | 'listQueues' | 'getQueue'>;

function readingMethods(call: Call): Reading {
  const listQueues: Board['listQueues'] = async () => queuesOf(await call('listQueues'));

  async function readyIn(queueName: string): Promise<ReadyTask[]> {
    const found = await call('getReadyTasks', [queueName]);
    return asList(found, 'get_ready_tasks').map((task) => ({
      id: idOf(task, 'get_ready_tasks'),
      name: nameOf(task),
      queueName,
    }));
  }

  /** Tasks need not say where they are; then each queue is asked by itself. */
  async function getReadyTasks(queueNames: readonly string[]): Promise<readonly ReadyTask[]> {
    if (queueNames.length === 1) return readyIn(queueNames[0] ?? '');
    const found = asList(await call('getReadyTasks', queueNames), 'get_ready_tasks');
    if (found.some((task) => queueOf(task) === null)) {
      const each: ReadyTask[][] = [];
      for (const queueName of queueNames) each.push(await readyIn(queueName));
      return each.flat();
    }
    const ready = found.map((task) => ({
      id: idOf(task, 'get_ready_tasks'),
      name: nameOf(task),
      queueName: queueOf(task) ?? '',
    }));
    // A board may answer in any order of queues; ours is the given one, each queue in board order.
    return queueNames.flatMap((name) => ready.filter(({ queueName }) => queueName === name));
  }

  async function queueHolding(taskId: string): Promise<string> {
    for (const { name } of await listQueues()) {
      if ((await readyIn(name)).some(({ id }) => id === taskId)) return name;
    }
    return '';
  }

  return {
    getReadyTasks,
    listQueues,
    async getTask(taskId) {
      const found = await call('getTask', taskId);
      if (found === null || found === undefined)
        throw new AppError('task-not-found', `Task ${taskId} not found`);
      return taskOf({ id: taskId, ...bagOf(plain(found)) }, queueOf(found) ?? (await queueHolding(taskId)));
    },
    async getQueue(queueName) {
      const found = await call('getQueue', queueName);
      if (found === null || found === undefined) {
        throw new AppError('queue-not-found', `Queue ${queueName} not found`);
      }
      const listed = field(bagOf(found) ?? {}, 'tasks');
      const tasks = Array.isArray(listed) && listed.every((task) => bagOf(task) !== null) ? listed : null;
      const ready = tasks ?? (await readyIn(queueName));
      const detail = ready.map((task: unknown) => ({ id: idOf(task, 'get_queue'), name: nameOf(task) }));
      return { name: summaryOf(found, queueName).name, taskCount: detail.length, tasks: detail };
    },
  };
}

/** Getters of a class instance do not survive a spread; what we read is copied by name. */
function plain(value: unknown): unknown {
  const bag = bagOf(value);
  if (bag === null || Object.getPrototypeOf(bag) === Object.prototype) return value;
  const names = [
    'id',
    'name',
    'title',
    'description',
    'labels',
    'assignees',
    'comments',
    'tasks',
    'checklist',
  ];
  return Object.fromEntries(
    names.map((name) => [name, bag[name]]).filter(([, found]) => found !== undefined),
  );
}

function asList(value: unknown, method: string): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object' && Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  throw new AppError('board-broken', `queue_backend: ${method} must return a list of tasks`);
}

function taskMethods(
  call: Call,
  { getTask }: Reading,
): Pick<Board, 'moveTask' | 'addComment' | 'updateTask' | 'createTask'> {
  const updateTask: Board['updateTask'] = async (taskId, patch) => {
    await call('updateTask', taskId, { ...patch });
    return getTask(taskId);
  };
  return {
    updateTask,
    moveTask: async (taskId, targetQueue) => void (await call('moveTask', taskId, targetQueue)),
    addComment: async (taskId, text, mark) =>
      void (await call('addComment', taskId, text, ...(mark === undefined ? [] : [mark]))),
    async createTask(queueName, name, description, { labels, assignees } = {}): Promise<Task> {
      const id = idOf(await call('createTask', queueName, name, description), 'create_task');
      if (labels === undefined && assignees === undefined) return getTask(id);
      return updateTask(id, {
        ...(labels === undefined ? {} : { labels }),
        ...(assignees === undefined ? {} : { assignees }),
      });
    },
  };
}

function queueMethods(call: Call): Pick<Board, 'createQueue' | 'updateQueue' | 'deleteQueue'> {
  return {
    createQueue: async (queueName) => summaryOf(await call('createQueue', queueName), queueName),
    updateQueue: async (queueName, { newName }) =>
      summaryOf(await call('updateQueue', queueName, { new_name: newName }), newName),
    deleteQueue: async (queueName) => void (await call('deleteQueue', queueName)),
  };
}

const CAPABILITIES = ['claim', 'moveFrom', 'showShadow', 'watch', 'taskUrl', 'currentUser', 'close'] as const;

/** What a foreign board can do beyond the eleven, under either spelling. */
function capabilities(foreign: ForeignBoard): Partial<Board> {
  const found = CAPABILITIES.flatMap((name) => {
    const method = methodOf(foreign, name) ?? methodOf(foreign, snakeName(name));
    return method === null ? [] : [[name, method] as const];
  });
  const { remote } = foreign as { readonly remote?: unknown };
  return { ...(Object.fromEntries(found) as Partial<Board>), ...(remote === true ? { remote } : {}) };
}

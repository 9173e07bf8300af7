import type { ReadyTask, Task } from '../../core/schema/task.ts';

/** A task as a table holds it: never changed in place, so that a change is a new object. */
export interface StoredTask extends Readonly<Omit<Task, 'claimToken'>> {
  /** Owner token of the last claim. */
  readonly token?: string | undefined;
  readonly retryCount?: number | undefined;
  readonly state?: string | undefined;
  /** Hash of the write key that created this task. */
  readonly createdBy?: string | undefined;
}

/** The text a task was read from or last written as, with the task it stands for. */
export interface TaskSource {
  readonly task: StoredTask;
  readonly text: string;
}

/** One row: the task and, on a board with a file, its last known text. */
export interface TaskRow {
  readonly task: StoredTask;
  readonly source: TaskSource | null;
  /** What a poll returns of it, made when first asked for: a long queue is polled after every move. */
  ready?: ReadyTask;
}

interface Queue {
  readonly name: string;
  readonly rows: Map<string, TaskRow>;
  readonly owner: object;
  ready: readonly ReadyTask[] | null;
}

/** The parts of a task an operation may change. */
export type TaskChange = Partial<
  Pick<
    StoredTask,
    'name' | 'description' | 'labels' | 'assignees' | 'comments' | 'token' | 'retryCount' | 'state'
  >
>;

/** Queues with their tasks in order; lookups, patches and moves cost the same on any size of board. */
export interface TaskTable {
  find(taskId: string): StoredTask | undefined;
  findCreated(createdBy: string): StoredTask | undefined;
  hasQueue(queueName: string): boolean;
  queueNames(): Iterable<string>;
  queueSize(queueName: string): number;
  rows(queueName: string): Iterable<TaskRow>;
  ready(queueName: string): readonly ReadyTask[];
  patch(taskId: string, change: TaskChange): StoredTask;
  move(taskId: string, to: string): void;
  insert(task: StoredTask, source?: TaskSource | null): void;
  addQueue(queueName: string): void;
  renameQueue(from: string, to: string): void;
  removeQueue(queueName: string): void;
  /** Puts a row's newly written text in place; not a change. */
  keepSource(source: TaskSource): void;
  /** The smallest positive integer that is no task's id. */
  smallestFreeId(): string;
  /** A copy whose changes this one does not see. */
  fork(): TaskTable;
  /** How many changes since it was made or forked. */
  readonly changes: number;
}

interface TableState {
  readonly rows: Map<string, TaskRow>;
  readonly created: Map<string, string>;
  queues: Map<string, Queue>;
  nextId: number;
  changes: number;
  /** Marks the queues that are this table's alone; the others are shared with the table it was forked from. */
  readonly owner: object;
}

/** An empty table. */
export function createTaskTable(): TaskTable {
  return tableOf({
    rows: new Map(),
    created: new Map(),
    queues: new Map(),
    nextId: 1,
    changes: 0,
    owner: {},
  });
}

function tableOf(state: TableState): TaskTable {
  return {
    get changes() {
      return state.changes;
    },
    find: (taskId) => state.rows.get(taskId)?.task,
    findCreated(createdBy) {
      const taskId = state.created.get(createdBy);
      return taskId === undefined ? undefined : state.rows.get(taskId)?.task;
    },
    hasQueue: (name) => state.queues.has(name),
    queueNames: () => state.queues.keys(),
    queueSize: (name) => queueOf(state, name).rows.size,
    rows: (name) => queueOf(state, name).rows.values(),
    ready: (name) => ready(queueOf(state, name)),
    patch: (taskId, change) => patch(state, taskId, change),
    move: (taskId, to) => move(state, taskId, to),
    insert(task, source = null) {
      put(state, { task, source });
      if (task.createdBy !== undefined) state.created.set(task.createdBy, task.id);
    },
    addQueue(name) {
      state.changes += 1;
      state.queues.set(name, emptyQueue(name, state.owner));
    },
    renameQueue: (from, to) => renameQueue(state, from, to),
    removeQueue(name) {
      state.changes += 1;
      state.queues.delete(name);
    },
    keepSource: (source) => keepSource(state, source),
    smallestFreeId() {
      while (state.rows.has(String(state.nextId))) state.nextId += 1;
      return String(state.nextId);
    },
    fork: () => fork(state),
  };
}

const emptyQueue = (name: string, owner: object): Queue => ({ name, rows: new Map(), owner, ready: null });

function queueOf({ queues }: TableState, name: string): Queue {
  return queues.get(name) ?? missing(name);
}

/** The queue for changing: copied the first time when another table shares it. */
function ownQueue(state: TableState, name: string): Queue {
  state.changes += 1;
  const queue = queueOf(state, name);
  if (queue.owner === state.owner) {
    queue.ready = null;
    return queue;
  }
  const copy = { name, rows: new Map(queue.rows), owner: state.owner, ready: null };
  state.queues.set(name, copy);
  return copy;
}

function put(state: TableState, row: TaskRow): void {
  ownQueue(state, row.task.queueName).rows.set(row.task.id, row);
  state.rows.set(row.task.id, row);
}

function patch(state: TableState, taskId: string, change: TaskChange): StoredTask {
  const row = state.rows.get(taskId) ?? missing(taskId);
  const task = { ...row.task, ...change };
  put(state, { task, source: row.source });
  return task;
}

function move(state: TableState, taskId: string, to: string): void {
  const { task, source } = state.rows.get(taskId) ?? missing(taskId);
  ownQueue(state, task.queueName).rows.delete(taskId);
  put(state, { task: { ...task, queueName: to }, source });
}

/** Keeps the queue's place: every other queue is put back in its order. */
function renameQueue(state: TableState, from: string, to: string): void {
  const renamed = ownQueue(state, from);
  const queues = Array.from(state.queues.values(), (queue) =>
    queue === renamed ? emptyQueue(to, state.owner) : queue,
  );
  state.queues = new Map(queues.map((queue) => [queue.name, queue]));
  for (const { task, source } of renamed.rows.values()) {
    put(state, { task: { ...task, queueName: to }, source });
  }
}

function keepSource(state: TableState, source: TaskSource): void {
  const { queueName, id } = source.task;
  const row = { task: source.task, source };
  queueOf(state, queueName).rows.set(id, row);
  state.rows.set(id, row);
}

function fork({ rows, created, queues, nextId }: TableState): TaskTable {
  return tableOf({
    rows: new Map(rows),
    created: new Map(created),
    queues: new Map(queues),
    nextId,
    changes: 0,
    owner: {},
  });
}

function ready(queue: Queue): readonly ReadyTask[] {
  queue.ready ??= Object.freeze(Array.from(queue.rows.values(), readyOf));
  return queue.ready;
}

function readyOf(row: TaskRow): ReadyTask {
  const { id, name, queueName } = row.task;
  row.ready ??= Object.freeze({ id, name, queueName });
  return row.ready;
}

function missing(name: string): never {
  throw new Error(`no such row or queue: ${JSON.stringify(name)}`);
}

import type { Board } from '../../core/ports/board.ts';
import {
  checkClaim,
  checkComment,
  checkNewTask,
  checkPatch,
  checkQueueName,
  checkShadow,
} from './board-input.ts';
import {
  addComment,
  claimTask,
  createQueue,
  createTask,
  deleteQueue,
  listQueues,
  moveTask,
  moveTaskFrom,
  readQueue,
  readTask,
  readyTasks,
  renameQueue,
  showShadow,
  updateTask,
} from './table-operations.ts';
import type { TaskTable } from './task-table.ts';

/** Where a table lives: how it is read and how it is changed. */
export interface TableHome {
  /** The present content. */
  read(): TaskTable;
  /** Applies an operation, keeps its effect, and only then answers. */
  change<T>(operation: (table: TaskTable) => T): Promise<T>;
  nextId(table: TaskTable): string;
}

type TableMethods = Board & Required<Pick<Board, 'claim' | 'moveFrom' | 'showShadow'>>;

/** The board methods over a table, wherever it lives; inputs are checked here once for all of them. */
export function createTableBoard({ read, change, nextId }: TableHome): TableMethods {
  return {
    remembersKeys: true,
    getReadyTasks: async (queueNames) => readyTasks(read(), queueNames),
    getTask: async (taskId) => readTask(read(), taskId),
    listQueues: async () => listQueues(read()),
    getQueue: async (queueName) => readQueue(read(), queueName),
    moveTask: async (taskId, to) => change((table) => moveTask(table, taskId, to)),
    moveFrom: async (taskId, from, to) => change((table) => moveTaskFrom(table, taskId, from, to)),
    async claim(taskId, request) {
      checkClaim(request);
      return change((table) => claimTask(table, taskId, request));
    },
    async addComment(taskId, text, mark) {
      checkComment(text, mark);
      return change((table) => addComment(table, taskId, text, mark));
    },
    async updateTask(taskId, patch) {
      checkPatch(patch);
      return change((table) => updateTask(table, taskId, patch));
    },
    async createTask(queueName, name, description, extras = {}) {
      checkNewTask(name, description, extras);
      return change((table) => createTask(table, { ...extras, queueName, name, description }, nextId));
    },
    async showShadow(taskId, shadow) {
      checkShadow(shadow);
      return change((table) => showShadow(table, taskId, shadow));
    },
    async createQueue(queueName) {
      checkQueueName('name', queueName);
      return change((table) => createQueue(table, queueName));
    },
    async updateQueue(queueName, { newName }) {
      checkQueueName('name', newName);
      return change((table) => renameQueue(table, queueName, newName));
    },
    deleteQueue: async (queueName) => change((table) => deleteQueue(table, queueName)),
  };
}

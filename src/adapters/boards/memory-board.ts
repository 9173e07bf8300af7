import type { Board } from '../../core/ports/board.ts';
import type { Task } from '../../core/schema/task.ts';
import { createTableBoard } from './table-board.ts';
import { createTaskTable, type TaskTable } from './task-table.ts';

/** A task to start with: an id and whatever matters. */
export type InitialTask = Pick<Task, 'id'> & Partial<Omit<Task, 'id' | 'queueName' | 'claimToken'>>;

/** Queues in order with their tasks in order. */
export type InitialQueues = Readonly<Record<string, readonly InitialTask[]>>;

/** A board in memory: the twin of the file boards for tests and benchmarks; lost with its process. */
export function createMemoryBoard(initial: InitialQueues = {}): Board {
  const table = tableFrom(initial);
  const listeners = new Set<() => void>();
  let announcing = false;

  /** One call for all changes of one tick. */
  const announce = (): void => {
    if (announcing || listeners.size === 0) return;
    announcing = true;
    setImmediate(() => {
      announcing = false;
      for (const listener of listeners) listener();
    });
  };

  return {
    ...createTableBoard({
      read: () => table,
      async change(operation) {
        const before = table.changes;
        const result = operation(table);
        if (table.changes !== before) announce();
        return result;
      },
      nextId: () => table.smallestFreeId(),
    }),
    watch(onChange) {
      const listener = (): void => onChange();
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
}

function tableFrom(initial: InitialQueues): TaskTable {
  const table = createTaskTable();
  for (const [queueName, tasks] of Object.entries(initial)) {
    table.addQueue(queueName);
    for (const task of tasks) {
      if (table.find(task.id) !== undefined) throw new Error(`two initial tasks have the id ${task.id}`);
      table.insert({
        name: '',
        description: '',
        labels: [],
        assignees: [],
        comments: [],
        checklist: [],
        ...task,
        queueName,
      });
    }
  }
  return table;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLedgerBoard } from '../../src/adapters/boards/ledger/ledger-board.ts';
import type { Board } from '../../src/core/ports/board.ts';
import { boardContract } from './board-contract.ts';

/**
 * A ledger has no queues of its own choosing: the suite's queues are given places of one role, and every name that
 * stands for no place is a role. Places that the suite has not asked for are left out of its lists; the part of a task
 * that only a ledger has is left out of its tasks.
 */
function asQueues(board: Board): Board {
  let role = 'Todo';
  const asked = new Set<string>();
  const places = (): [string, string][] => [
    ['In Progress', `${role}:in_progress`],
    ['Done', `${role}:done`],
  ];
  const to = (name: string) => places().find(([queue]) => queue === name)?.[1] ?? name;
  const from = (name: string) => places().find(([, place]) => place === name)?.[0] ?? name;
  const back = <T extends { name: string }>(queue: T): T => ({ ...queue, name: from(queue.name) });
  const plain = <T extends { queueName: string }>(task: T): T => {
    const { ledger: _l, place: _p, ...rest } = task as T & { ledger?: unknown; place?: unknown };
    return { ...(rest as unknown as T), queueName: from(task.queueName) };
  };
  return {
    ...board,
    getReadyTasks: async (names) => (await board.getReadyTasks(names.map(to))).map(plain),
    getTask: async (id) => plain(await board.getTask(id)),
    moveTask: (id, queue) => board.moveTask(id, to(queue)),
    moveFrom: (id, source, target) => board.moveFrom!(id, to(source), to(target)),
    claim: (id, request) => board.claim!(id, { ...request, from: to(request.from), to: to(request.to) }),
    updateTask: async (id, patch) => plain(await board.updateTask(id, patch)),
    createTask: async (queue, ...rest) => plain(await board.createTask(to(queue), ...rest)),
    listQueues: async () => (await board.listQueues()).map(back).filter(({ name }) => asked.has(name)),
    getQueue: async (name) => back(await board.getQueue(to(name))),
    async createQueue(name) {
      const isPlace = to(name) !== name && !asked.has(name);
      const made = isPlace ? { name, taskCount: 0 } : await board.createQueue(to(name));
      asked.add(name);
      return back(made);
    },
    async updateQueue(name, { newName }) {
      const renamed = await board.updateQueue(to(name), { newName: to(newName) });
      if (name === role) role = newName;
      return back(renamed);
    },
    deleteQueue: (name) => board.deleteQueue(to(name)),
  };
}

boardContract('ledger board', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  return {
    board: asQueues(createLedgerBoard({ path: join(folder, 'ledger.db') })),
    // A status of a role cannot be removed, a role can.
    removableQueue: 'Review',
    dispose: async () => rmSync(folder, { recursive: true }),
  };
});

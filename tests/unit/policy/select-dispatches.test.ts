import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type DispatchChoice,
  routeRank,
  selectDispatches,
} from '../../../src/core/policy/select-dispatches.ts';

const route = (queueName: string, priority: number | null, index: number) => ({ queueName, priority, index });
const PIPELINE = [route('Todo', 3, 0), route('Engineering', 2, 1), route('QA', 1, 2)];
const tasks = (queueName: string, ...ids: string[]) =>
  ids.map((id) => ({ id, name: `name of ${id}`, queueName }));
const named = (queueName: string, count: number) =>
  tasks(queueName, ...Array.from({ length: count }, (_, index) => `${queueName}${index}`));

const select = (choice: Partial<DispatchChoice>) =>
  selectDispatches({ ready: [], open: [], free: 1, slots: 1, routes: PIPELINE, ...choice });
const idsOf = (choice: Partial<DispatchChoice>) => select(choice).map(({ taskId }) => taskId);

test('lower priority first, then routes without one, ties by registration (R-ART-037, R-ART-038, R-ART-039)', () => {
  const routes = [
    route('plain-1', null, 0),
    route('five', 5, 1),
    route('plain-2', null, 2),
    route('minus', -1, 3),
    route('five-too', 5, 4),
  ];
  expect([...routeRank(routes)].sort((a, b) => a[1] - b[1]).map(([queue]) => queue)).toEqual([
    'minus',
    'five',
    'five-too',
    'plain-1',
    'plain-2',
  ]);
});

test('a queue that its budget keeps back takes no part of the window from others (R-PROD-030, R-PROD-049)', () => {
  const routes = ['art', 'code'].map((name, index) => ({ ...route(name, null, index), pool: 'roles' }));
  const ready = [...named('art', 30), ...named('code', 3)];
  const open = ['art0', 'art1', 'art2', 'art3'];
  expect(idsOf({ ready, open, routes, slots: 4 })).not.toContain('code0');
  expect(idsOf({ ready, open, routes, slots: 4, held: ['art'] })).toEqual(['code0', 'code1', 'code2']);
});

test('a later stage goes before new work (R-ART-040)', () => {
  const ready = [...tasks('Todo', 't1', 't2'), ...tasks('QA', 'q1'), ...tasks('Engineering', 'e1')];
  expect(idsOf({ ready })).toEqual(['q1', 'e1', 't1', 't2']);
});

test('inside a route the board decides (R-ART-039)', () => {
  expect(select({ ready: tasks('Todo', 'z', 'a', 'm') })).toEqual([
    { taskId: 'z', taskName: 'name of z', queueName: 'Todo', order: [2, 0] },
    { taskId: 'a', taskName: 'name of a', queueName: 'Todo', order: [2, 1] },
    { taskId: 'm', taskName: 'name of m', queueName: 'Todo', order: [2, 2] },
  ]);
});

test('a window of tasks is started, the backlog stays on the board (R-ART-033)', () => {
  const ready = named('Todo', 50);
  expect(idsOf({ ready, free: 1, slots: 1 })).toHaveLength(5);
  expect(idsOf({ ready, free: 3, slots: 8 })).toHaveLength(11);
  expect(idsOf({ ready, free: 0, slots: 0 })).toHaveLength(4);
});

test('what is open already is skipped and takes its part of the window (R-ART-035)', () => {
  const ready = named('Todo', 10);
  const waiting = [{ taskId: 'Todo0', order: [2, 0] as const }];
  expect(idsOf({ ready, open: ['Todo0'], free: 0, waiting })).toEqual(['Todo1', 'Todo2', 'Todo3']);
});

test('tasks in line for queues that were not looked at count, too', () => {
  const waiting = ['a', 'b', 'c'].map((taskId, index) => ({ taskId, order: [1, index] as const }));
  expect(idsOf({ ready: named('Todo', 10), open: ['a', 'b', 'c'], free: 0, waiting })).toEqual(['Todo0']);
});

test('a task that sorts before one in line is started beyond the window (R-ART-040)', () => {
  const waiting = Array.from({ length: 4 }, (_, index) => ({
    taskId: `Todo${index}`,
    order: [2, index] as const,
  }));
  const open = waiting.map(({ taskId }) => taskId);
  const full = { open, free: 0, waiting };
  expect(idsOf({ ...full, ready: [...named('Todo', 9), ...tasks('QA', 'q1')] })).toEqual(['q1']);
  expect(idsOf({ ...full, ready: named('Todo', 9) })).toEqual([]);
  expect(idsOf({ ...full, ready: tasks('QA', 'q1') })).toEqual(['q1']);
});

test('tasks of queues that no route watches are left alone', () => {
  expect(idsOf({ ready: tasks('Elsewhere', 'x') })).toEqual([]);
});

test('who is noticed later is placed between its neighbours in line, not by its shrunken index (R-ART-039)', () => {
  const waiting = [
    { taskId: 'd', order: [2, 3] as const },
    { taskId: 'e', order: [2, 4] as const },
  ];
  const ready = tasks('Todo', 'urgent', 'd', 'between', 'e', 'f');
  const orders = select({ ready, open: ['d', 'e'], waiting }).map(({ taskId, order }) => [taskId, order[1]]);
  expect(orders).toEqual([
    ['urgent', 2],
    ['between', 3.5],
    ['f', 5],
  ]);
});

test('one slot works a backlog off in board order, however starts and claims interleave (R-ART-039)', () => {
  const property = fc.property(fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (claimLate) => {
    let board = named('Todo', 20);
    let line: { taskId: string; order: readonly [number, number] }[] = [];
    const served: string[] = [];
    for (const late of claimLate) {
      const chosen = select({ ready: board, open: line.map(({ taskId }) => taskId), free: 0, waiting: line });
      line = [...line, ...chosen].sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1]);
      for (let steps = late ? 1 : 2; steps > 0; steps -= 1) {
        const first = line.shift();
        if (first === undefined) break;
        served.push(first.taskId);
        board = board.filter(({ id }) => id !== first.taskId);
      }
    }
    expect(served).toEqual(named('Todo', 20).map(({ id }) => id));
  });
  fc.assert(property, { numRuns: 30 });
});

test('between the tasks of roles the board decides, whatever role they are for (R-PROD-030, R-PROD-105)', () => {
  const role = (queueName: string, index: number) => ({ ...route(queueName, null, index), pool: 'roles' });
  const routes = [route('Todo', 1, 0), role('code', 1), role('qa', 2), route('Later', null, 3)];
  expect([...routeRank(routes)]).toEqual([
    ['Todo', 0],
    ['code', 1],
    ['qa', 1],
    ['Later', 2],
  ]);
  const ready = [...tasks('qa', 'urgent'), ...tasks('code', 'normal'), ...tasks('qa', 'someday')];
  expect(select({ ready, routes }).map(({ taskId, order }) => [taskId, order])).toEqual([
    ['urgent', [1, 0]],
    ['normal', [1, 1]],
    ['someday', [1, 2]],
  ]);
  // What comes later and is more urgent goes before what is in line.
  const waiting = [{ taskId: 'normal', order: [1, 1] as const }];
  const sooner = [...tasks('code', 'first'), ...tasks('code', 'normal')];
  expect(select({ ready: sooner, routes, waiting, open: ['normal'] })).toMatchObject([
    { taskId: 'first', order: [1, 0] },
  ]);
});

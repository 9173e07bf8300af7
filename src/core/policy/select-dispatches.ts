import type { TaskId } from '../ids.ts';
import { WINDOW_EXTRA_MIN } from '../limits.ts';
import type { Route } from '../schema/route.ts';
import type { ReadyTask } from '../schema/task.ts';
import type { AdmitRequest, WaitingTask } from './governor/state.ts';
import { placeTasks } from './place-tasks.ts';
import { ROLES_POOL } from './pools.ts';

type RankedRoute = Pick<Route, 'queueName' | 'priority' | 'index' | 'pool'>;
type Order = AdmitRequest['order'];

/** Everything the choice depends on. */
export interface DispatchChoice {
  /**
   * Ready tasks of watched queues of one pool, each queue in board order; those in line are still among them. The queues
   * of routes that share a rank stand in one order.
   */
  readonly ready: readonly ReadyTask[];
  /** Task ids that hold a slot or wait for one. */
  readonly open: Iterable<TaskId>;
  readonly free: number;
  readonly slots: number;
  readonly routes: readonly RankedRoute[];
  /** Board tasks in line as the governor told them. */
  readonly waiting?: readonly WaitingTask[];
  /** Queues whose tasks in line are kept back: no more of them are started, and none takes part of the window (R-PROD-030). */
  readonly held?: readonly string[];
}

/** A task to start, and its place in line. */
export interface Dispatch {
  readonly taskId: TaskId;
  readonly taskName: string;
  readonly queueName: string;
  readonly order: Order;
}

/** Which ready tasks are started now: the first of a window, so that the backlog stays on the board. */
export function selectDispatches(choice: DispatchChoice): readonly Dispatch[] {
  const { free, slots, waiting = [] } = choice;
  const open = new Set(choice.open);
  const held = new Set(choice.held);
  const ready = choice.ready.filter(({ queueName }) => !held.has(queueName));
  const window = free + Math.max(WINDOW_EXTRA_MIN, slots);
  const ranked = rankReady({ ...choice, ready }, window);
  // Tasks that wait for queues this look did not cover take their part of the window, too.
  const elsewhere = waiting.length - countReady(waiting, { ...choice, ready });
  const last = waiting.at(-1)?.order;
  const chosen: Dispatch[] = [];
  for (const [index, dispatch] of ranked.entries()) {
    if (open.has(dispatch.taskId)) continue;
    const fits = index + elsewhere < window;
    if (fits || (last !== undefined && compareOrder(dispatch.order, last) < 0)) chosen.push(dispatch);
  }
  return chosen;
}

/**
 * Dense rank of each queue's route: explicit priority ascending, then those without, ties by registration (R-ART-039).
 * Roles of the same priority share a rank: between their tasks the board decides (R-PROD-030).
 */
export function routeRank(routes: readonly RankedRoute[]): ReadonlyMap<string, number> {
  const sorted = [...routes].sort((a, b) => priorityOf(a) - priorityOf(b) || a.index - b.index);
  const ranks = new Map<string, number>();
  const shared = new Map<number, number>();
  let next = 0;
  for (const route of sorted) {
    const rank = (sharesRank(route) ? shared.get(priorityOf(route)) : undefined) ?? next++;
    if (sharesRank(route)) shared.set(priorityOf(route), rank);
    ranks.set(route.queueName, rank);
  }
  return ranks;
}

/** Do the tasks of this route and of others like it stand in one order? */
export const sharesRank = ({ pool }: Pick<RankedRoute, 'pool'>): boolean => pool === ROLES_POOL;

/** Infinity minus Infinity is no number, so the absence of a priority is a number beyond all others. */
const priorityOf = ({ priority }: RankedRoute): number => priority ?? Number.MAX_VALUE;

/** How many of those in line are among the ready tasks. */
function countReady(waiting: readonly WaitingTask[], { ready, routes }: DispatchChoice): number {
  if (waiting.length === 0) return 0;
  const watched = new Set(routes.map(({ queueName }) => queueName));
  const inLine = new Set(waiting.map(({ taskId }) => taskId));
  const found = new Set<TaskId>();
  for (const { id, queueName } of ready) if (inLine.has(id) && watched.has(queueName)) found.add(id);
  return waiting.filter(({ taskId }) => found.has(taskId)).length;
}

/** The first ready tasks in the order in which they are served. */
function rankReady({ ready, routes, waiting = [] }: DispatchChoice, countMax: number): readonly Dispatch[] {
  const ranks = routeRank(routes);
  const byRank = new Map<number, ReadyTask[]>();
  for (const task of ready) {
    const rank = ranks.get(task.queueName);
    if (rank === undefined) continue;
    const others = byRank.get(rank);
    if (others === undefined) byRank.set(rank, [task]);
    else others.push(task);
  }
  const ranked: Dispatch[] = [];
  for (const [rank, tasks] of [...byRank].sort(([a], [b]) => a - b)) {
    const left = countMax - ranked.length;
    if (left <= 0) break;
    for (const { task, order } of placeTasks(tasks, { rank, waiting, countMax: left }))
      ranked.push({ taskId: task.id, taskName: task.name, queueName: task.queueName, order });
  }
  return ranked;
}

const compareOrder = (a: Order, b: Order): number => a[0] - b[0] || a[1] - b[1];

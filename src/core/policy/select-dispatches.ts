import type { TaskId } from '../ids.ts';
import { WINDOW_EXTRA_MIN } from '../limits.ts';
import type { Route } from '../schema/route.ts';
import type { ReadyTask } from '../schema/task.ts';
import type { AdmitRequest, WaitingTask } from './governor/state.ts';
import { placeTasks } from './place-tasks.ts';

type RankedRoute = Pick<Route, 'queueName' | 'priority' | 'index'>;
type Order = AdmitRequest['order'];

/** Everything the choice depends on. */
export interface DispatchChoice {
  /** Ready tasks of watched queues, each queue in board order; those in line are still among them. */
  readonly ready: readonly ReadyTask[];
  /** Task ids that hold a slot or wait for one. */
  readonly open: Iterable<TaskId>;
  readonly free: number;
  readonly slots: number;
  readonly routes: readonly RankedRoute[];
  /** Board tasks in line as the governor told them. */
  readonly waiting?: readonly WaitingTask[];
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
  const ranked = rankReady(choice);
  const window = free + Math.max(WINDOW_EXTRA_MIN, slots);
  const ready = new Set(ranked.map(({ taskId }) => taskId));
  // Tasks that wait for queues this look did not cover take their part of the window, too.
  const elsewhere = waiting.filter(({ taskId }) => !ready.has(taskId)).map(({ order }) => order);
  const last = waiting.at(-1)?.order;
  const chosen: Dispatch[] = [];
  for (const [index, dispatch] of ranked.slice(0, window).entries()) {
    if (open.has(dispatch.taskId)) continue;
    const fits = index + elsewhere.length < window;
    if (fits || (last !== undefined && compareOrder(dispatch.order, last) < 0)) chosen.push(dispatch);
  }
  return chosen;
}

/** Dense rank of each queue's route: explicit priority ascending, then those without, ties by registration (R-ART-039). */
export function routeRank(routes: readonly RankedRoute[]): ReadonlyMap<string, number> {
  const sorted = [...routes].sort((a, b) => priorityOf(a) - priorityOf(b) || a.index - b.index);
  return new Map(sorted.map(({ queueName }, rank) => [queueName, rank]));
}

/** Infinity minus Infinity is no number, so the absence of a priority is a number beyond all others. */
const priorityOf = ({ priority }: RankedRoute): number => priority ?? Number.MAX_VALUE;

function rankReady({ ready, routes, waiting = [] }: DispatchChoice): readonly Dispatch[] {
  const ranks = routeRank(routes);
  const byQueue = new Map<string, ReadyTask[]>();
  for (const task of ready) {
    if (!ranks.has(task.queueName)) continue;
    const queue = byQueue.get(task.queueName);
    if (queue === undefined) byQueue.set(task.queueName, [task]);
    else queue.push(task);
  }
  const queues = [...byQueue].map(([queueName, tasks]) => ({ tasks, rank: ranks.get(queueName) ?? 0 }));
  queues.sort((a, b) => a.rank - b.rank);
  return queues.flatMap(({ tasks, rank }) =>
    placeTasks(tasks, rank, waiting).map(({ task, order }) => ({
      taskId: task.id,
      taskName: task.name,
      queueName: task.queueName,
      order,
    })),
  );
}

const compareOrder = (a: Order, b: Order): number => a[0] - b[0] || a[1] - b[1];

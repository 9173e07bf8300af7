import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../core/errors.ts';
import type { TaskId } from '../core/ids.ts';
import type { Room } from '../core/policy/governor/state.ts';
import { ROUTES_POOL } from '../core/policy/pools.ts';
import { type Dispatch, selectDispatches, sharesRank } from '../core/policy/select-dispatches.ts';
import type { Board } from '../core/ports/board.ts';
import type { Governor } from '../core/ports/governor.ts';
import type { Log } from '../core/ports/log.ts';
import type { RouteTable } from '../core/ports/route-table.ts';
import type { Records } from '../core/ports/store.ts';
import type { TaskStarter } from '../core/ports/task-starter.ts';
import type { Route } from '../core/schema/route.ts';
import type { ReadyTask } from '../core/schema/task.ts';
import type { OpenTasks } from './open-tasks.ts';
import { tellMovedInLine, withoutResting } from './resting.ts';

export interface StartDuePorts {
  readonly board: Board;
  readonly records: Pick<Records, 'listTaskStates'>;
  readonly routes: RouteTable;
  readonly governor: Governor;
  readonly starter: TaskStarter;
  readonly open: OpenTasks;
  readonly log: Log;
}

/** Which queues a look covers, and what it found. */
export interface DueLook {
  readonly started: number;
  /** Queues that still hold ready tasks nobody has started. */
  readonly backlog: readonly string[];
  /** Queues with tasks left alone only because a start of theirs has not been heard of yet. */
  readonly unheard: readonly string[];
}

export const NOTHING: DueLook = { started: 0, backlog: [], unheard: [] };

/** Queues of which some task is so; a long queue is not read further than that. */
function queuesWith(tasks: readonly ReadyTask[], isSo: (taskId: TaskId) => boolean): string[] {
  const queues = new Set<string>();
  for (const { id, queueName } of tasks) if (!queues.has(queueName) && isSo(id)) queues.add(queueName);
  return [...queues];
}

/** A start is heard of within some 30 ms; longer than this the others do not wait for it (ms). */
const START_HEARD_MS_MAX = 2_000;
const START_HEARD_POLL_MS = 5;
/** Not heard of for so long, it was admitted by another process or not yet: the governor is asked (ms). */
const START_ASK_MS = 100;

/**
 * The one function behind every way work is noticed: reads the given watched queues, chooses by route priority
 * and board order within the window of each pool, and starts a workflow for each chosen task (design: notice, choose,
 * start).
 */
export async function startDueTasks(
  ports: StartDuePorts,
  queues: ReadonlySet<string> | 'all',
): Promise<DueLook> {
  const { board, routes } = ports;
  const all = await routes.list();
  const due = dueOf(all, queues);
  if (due.length === 0) return NOTHING;
  const names = due.map(({ queueName }) => queueName);
  const found = await board.getReadyTasks(names);
  const ready = await withoutResting(ports, found, new Set(names));
  await tellMovedInLine(ports, found);
  const looks: DueLook[] = [];
  for (const [pool, tasks] of byPool(ready, due)) looks.push(await startOfPool(ports, { pool, tasks, all }));
  return {
    started: looks.reduce((sum, { started }) => sum + started, 0),
    backlog: looks.flatMap(({ backlog }) => backlog),
    unheard: looks.flatMap(({ unheard }) => unheard),
  };
}

/** Routes whose tasks stand in one order are looked at together: else a lesser task could be placed before a better one. */
function dueOf(all: readonly Route[], queues: ReadonlySet<string> | 'all'): readonly Route[] {
  if (queues === 'all') return all;
  const together = all.some((route) => sharesRank(route) && queues.has(route.queueName));
  return all.filter((route) => queues.has(route.queueName) || (together && sharesRank(route)));
}

/** The ready tasks by the pool whose slots their runs take. */
function byPool(ready: readonly ReadyTask[], due: readonly Route[]): ReadonlyMap<string, ReadyTask[]> {
  const poolOf = new Map(due.map(({ queueName, pool = ROUTES_POOL }) => [queueName, pool]));
  const pools = new Map<string, ReadyTask[]>();
  for (const task of ready) {
    const pool = poolOf.get(task.queueName) ?? ROUTES_POOL;
    const tasks = pools.get(pool);
    if (tasks === undefined) pools.set(pool, [task]);
    else tasks.push(task);
  }
  return pools;
}

/** Ready tasks of the queues of one pool. */
interface PoolLook {
  readonly pool: string;
  readonly tasks: readonly ReadyTask[];
  readonly all: readonly Route[];
}

async function startOfPool(ports: StartDuePorts, { pool, tasks, all }: PoolLook): Promise<DueLook> {
  const { governor, starter, open, log } = ports;
  const room: Room = open.room(pool) ?? (await governor.room(pool));
  const taken = open.ids(room);
  const free = Math.max(0, room.free - open.starting(pool));
  const { slots, waiting, held = [] } = room;
  const chosen = selectDispatches({ ready: tasks, open: taken, free, slots, routes: all, waiting, held });
  const agents = new Map(all.map(({ queueName, agent }) => [queueName, agent]));
  const start = async ({ taskId, taskName, queueName, order }: Dispatch): Promise<number> => {
    open.startingNow(taskId, pool);
    try {
      const agent = agents.get(queueName) ?? '';
      await starter.start({ taskId, name: taskName, queueName, agent, order: order[1] });
      return 1;
    } catch (error) {
      open.forget(taskId);
      log.warn({ taskId, queue: queueName, error: messageOf(error) }, 'task not started');
      return 0;
    }
  };
  const started = await startInOrder(chosen, free, {
    start,
    isStarting: open.isStarting,
    ask: () => governor.room(pool),
  });
  const nowOpen = new Set([...taken, ...chosen.map(({ taskId }) => taskId)]);
  const named = new Set(room.open);
  const backlog = queuesWith(tasks, (id) => !nowOpen.has(id));
  const unheard = queuesWith(tasks, (id) => taken.has(id) && !named.has(id));
  return { started, backlog, unheard };
}

interface Starting {
  start(dispatch: Dispatch): Promise<number>;
  isStarting(taskId: string): boolean;
  /** Its answer is heard like any other. */
  ask(): Promise<unknown>;
}

/**
 * Workflows that start together ask for their slots in any order. So those a free slot is for come first, and those
 * that are to wait follow when the governor has heard of these (R-ART-037).
 */
export async function startInOrder(
  chosen: readonly Dispatch[],
  free: number,
  { start, isStarting, ask }: Starting,
): Promise<number> {
  const startAll = async (some: readonly Dispatch[]) =>
    (await Promise.all(some.map(start))).reduce((sum, one) => sum + one, 0);
  const first = chosen.slice(0, free);
  const rest = chosen.slice(free);
  const started = await startAll(first);
  const begun = performance.now();
  let askAt = begun + START_ASK_MS;
  const unheard = () => first.some(({ taskId }) => isStarting(taskId));
  while (rest.length > 0 && unheard() && performance.now() - begun < START_HEARD_MS_MAX) {
    await setTimeout(START_HEARD_POLL_MS);
    if (performance.now() < askAt) continue;
    await ask();
    askAt = performance.now() + START_ASK_MS;
  }
  return started + (await startAll(rest));
}

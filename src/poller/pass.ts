import { setTimeout as wait } from 'node:timers/promises';
import { ROUTES_POOL } from '../core/policy/pools.ts';
import { type Dispatch, routeRank } from '../core/policy/select-dispatches.ts';
import type { Records } from '../core/ports/store.ts';
import type { Route } from '../core/schema/route.ts';
import { NEXT_PASS, type TaskState } from '../core/schema/run-record.ts';
import type { ReadyTask } from '../core/schema/task.ts';
import { type StartDuePorts, startInOrder } from './start-due-tasks.ts';

/** What one pass needs beside what every start needs. */
export interface PassPorts extends Omit<StartDuePorts, 'records'> {
  readonly records: Pick<Records, 'listTaskStates'>;
  /** Ends the rest of a task whose last try failed in an earlier pass. */
  retryNow(taskId: string): Promise<void>;
  brakeHolds(): boolean;
  /** Aborts when no further task is to begin; those that run are waited for. */
  readonly stop: AbortSignal;
  /** Null = every task that is ready. */
  readonly only: ReadonlySet<string> | null;
}

/** How a pass ended. */
export interface PassEnd {
  /** Tasks whose agent was started. */
  readonly dispatched: number;
  /** Tasks that a person has to look at now. */
  readonly escalated: number;
  /** What kept further tasks from running. */
  readonly stoppedBy: 'brake' | 'budget' | null;
}

/** Tasks of one pass (R-PROD-035). */
const TASKS_MAX = 50;
const POLL_MS = 50;
/** With nothing of the pass at work for so long, what still waits will not run in it. */
const QUIET_MS_MAX = 3_000;

/**
 * One pass over the tasks that are ready at this moment: each gets one try, what is filed or put back meanwhile is left
 * (R-PROD-035).
 */
export async function runPass(ports: PassPorts): Promise<PassEnd> {
  if (ports.brakeHolds()) return { dispatched: 0, escalated: 0, stoppedBy: 'brake' };
  const routes = await ports.routes.list();
  const found = await ports.board.getReadyTasks(routes.map(({ queueName }) => queueName));
  const { only } = ports;
  const meant = only === null ? found : found.filter(({ id }) => only.has(id));
  const tasks = inOrder(meant, routes).slice(0, TASKS_MAX);
  const ids = tasks.map(({ id }) => id);
  const before = await statesOf(ports, ids);
  await startAll(ports, tasks, { routes, before });
  const after = await untilOver(ports, ids, before);
  await untilMoved(ports, [...after.values()]);
  const ran = ids.filter((id) => hasRun(before.get(id), after.get(id)));
  return {
    dispatched: ran.length,
    escalated: ran.filter((id) => after.get(id)?.status === 'dead').length,
    stoppedBy: whatStopped(
      ports,
      ids.map((id) => after.get(id)),
    ),
  };
}

type States = ReadonlyMap<string, TaskState>;

async function statesOf({ records }: PassPorts, taskIds: readonly string[]): Promise<States> {
  const states = await records.listTaskStates({ taskIds, limit: TASKS_MAX });
  return new Map(states.map((state) => [state.taskId, state]));
}

function inOrder(tasks: readonly ReadyTask[], routes: readonly Route[]): readonly ReadyTask[] {
  const ranks = routeRank(routes);
  const rankOf = ({ queueName }: ReadyTask) => ranks.get(queueName) ?? routes.length;
  return tasks.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Pool by pool, those a free slot is for first: workflows that start together ask in any order. */
async function startAll(
  { governor, starter, open, retryNow }: PassPorts,
  tasks: readonly ReadyTask[],
  { routes, before }: { readonly routes: readonly Route[]; readonly before: States },
): Promise<void> {
  const routeOf = new Map(routes.map((route) => [route.queueName, route]));
  const poolOf = ({ queueName }: ReadyTask) => routeOf.get(queueName)?.pool ?? ROUTES_POOL;
  const start = async ({ taskId, taskName: name, queueName, order }: Dispatch) => {
    if (before.get(taskId)?.blockedCode === NEXT_PASS) return retryNow(taskId).then(() => 1);
    open.startingNow(taskId, routeOf.get(queueName)?.pool ?? ROUTES_POOL);
    await starter.start({
      taskId,
      name,
      queueName,
      agent: routeOf.get(queueName)?.agent ?? '',
      order: order[1],
    });
    return 1;
  };
  for (const pool of new Set(tasks.map(poolOf))) {
    const some = tasks.filter((task) => poolOf(task) === pool);
    const chosen = some.map(({ id, name, queueName, place }, index): Dispatch => {
      return { taskId: id, taskName: name, queueName, order: [0, place ?? index] };
    });
    const ask = () => governor.room(pool);
    await startInOrder(chosen, (await ask()).free, { start, isStarting: open.isStarting, ask });
  }
}

const hasRun = (before: TaskState | undefined, now: TaskState | undefined): boolean =>
  now !== undefined && now.runCount > (before?.runCount ?? 0);

const ENDED: ReadonlySet<string> = new Set(['done', 'stuck', 'cancelled', 'dead', 'asking']);
const AT_WORK: ReadonlySet<string> = new Set(['claimed', 'running']);

/** Waits until every task has had its try or cannot have it in this pass. */
async function untilOver(ports: PassPorts, ids: readonly string[], before: States): Promise<States> {
  let quietSince = performance.now();
  for (;;) {
    const states = await statesOf(ports, ids);
    const left = ids.filter((id) => !isOver(before.get(id), states.get(id)));
    if (left.length === 0) return states;
    const working = left.some((id) => AT_WORK.has(states.get(id)?.status ?? ''));
    if (working) quietSince = performance.now();
    const halted = ports.stop.aborted || ports.brakeHolds();
    if (!working && (halted || performance.now() - quietSince > QUIET_MS_MAX)) return states;
    await wait(POLL_MS);
  }
}

/** A task's record is written before it is moved: a caller that reads the board next finds it moved. */
async function untilMoved({ board }: PassPorts, states: readonly TaskState[]): Promise<void> {
  const moves = states.filter(
    ({ status }) => status === 'done' || status === 'dead' || status === 'retrying',
  );
  const deadline = performance.now() + QUIET_MS_MAX;
  for (const { taskId, inProgressQueue } of moves) {
    const stands = async () => {
      const task = await board.getTask(taskId).catch(() => null);
      return task !== null && task.queueName === inProgressQueue;
    };
    while (performance.now() < deadline && (await stands())) await wait(POLL_MS);
  }
}

function isOver(before: TaskState | undefined, now: TaskState | undefined): boolean {
  if (now === undefined || !hasRun(before, now)) return false;
  return ENDED.has(now.status) || now.blockedCode === NEXT_PASS;
}

function whatStopped(
  { brakeHolds }: PassPorts,
  states: readonly (TaskState | undefined)[],
): PassEnd['stoppedBy'] {
  if (brakeHolds()) return 'brake';
  const codes = states.flatMap((state) => (state?.status === 'waiting' ? [state.blockedCode] : []));
  if (codes.includes('brake')) return 'brake';
  return codes.includes('budget') ? 'budget' : null;
}

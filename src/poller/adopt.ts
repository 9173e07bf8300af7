import { HOST_SILENT_MS_MAX, LIST_PAGE_MAX } from '../core/limits.ts';
import { ROUTES_POOL } from '../core/policy/pools.ts';
import type { Board } from '../core/ports/board.ts';
import type { Log } from '../core/ports/log.ts';
import type { RouteTable } from '../core/ports/route-table.ts';
import type { Store } from '../core/ports/store.ts';
import type { TaskStarter } from '../core/ports/task-starter.ts';
import type { TaskState } from '../core/schema/run-record.ts';
import type { OpenTasks } from './open-tasks.ts';
import { takeBack } from './take-back.ts';
import { tellAnswers } from './tell-answers.ts';

export interface AdoptPorts {
  readonly board: Board;
  readonly routes: RouteTable;
  readonly store: Store;
  readonly starter: TaskStarter;
  readonly open: OpenTasks;
  readonly hostId: string;
  /** What this process runs right now. */
  runsHere(): readonly string[];
  readonly log: Log;
  /** Hands tasks that nobody here can work on to a person. */
  escalateUnknown(): Promise<void>;
  /** Take up in-progress tasks without a record of ours, too. */
  adoptForeign(): boolean;
}

/** Lists give the latest changes first: a smaller number would never come to old orphans behind many live runs. */
const ADOPT_PER_LOOK_MAX = LIST_PAGE_MAX;

/**
 * Takes up again what stands in an in-progress queue although nothing runs it (R-ART-061): records that say
 * `claimed` or `running` whose workflow is closed go back to their source queue, uncounted.
 */
export async function adoptTasks(ports: AdoptPorts): Promise<number> {
  const { store, open } = ports;
  const states = await store.records.listTaskStates({
    status: ['claimed', 'running', 'retrying'],
    limit: ADOPT_PER_LOOK_MAX,
  });
  const known = open.ids(open.room(ROUTES_POOL));
  let adopted = 0;
  for (const state of states) {
    if (known.has(state.taskId) || (await isHeld(ports, state))) continue;
    if (await takeBack(ports, state.taskId, state.inProgressQueue, state.sourceQueue)) adopted += 1;
  }
  await tellAnswers(ports);
  await ports.escalateUnknown();
  return adopted + (ports.adoptForeign() ? await adoptUnknown(ports) : 0);
}

/** Its workflow is open, or another live host may still run it. */
async function isHeld(
  { starter, store, hostId, runsHere }: AdoptPorts,
  { taskId, token }: TaskState,
): Promise<boolean> {
  if (token !== null && runsHere().includes(token)) return true;
  if (await starter.isOpen(taskId)) return true;
  const run = token === null ? null : await store.projection.getRun(token);
  if (run === null || run.status === 'finished' || run.hostId === hostId) return false;
  const host = (await store.records.listHosts()).find((known) => known.hostId === run.hostId);
  return host !== undefined && Date.now() - host.lastSeen < HOST_SILENT_MS_MAX;
}

async function adoptUnknown(ports: AdoptPorts): Promise<number> {
  const { board, routes, store } = ports;
  let adopted = 0;
  for (const { inProgressQueue, queueName } of await routes.list()) {
    for (const { id } of await board.getReadyTasks([inProgressQueue])) {
      if ((await store.records.getTaskState(id)) !== null) continue;
      if (await takeBack(ports, id, inProgressQueue, queueName)) adopted += 1;
    }
  }
  return adopted;
}

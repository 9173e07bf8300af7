import { ROUTES_POOL } from '../activities/admission.ts';
import { messageOf } from '../core/errors.ts';
import type { Room } from '../core/policy/governor/state.ts';
import { selectDispatches } from '../core/policy/select-dispatches.ts';
import type { Board } from '../core/ports/board.ts';
import type { Governor } from '../core/ports/governor.ts';
import type { Log } from '../core/ports/log.ts';
import type { RouteTable } from '../core/ports/route-table.ts';
import type { TaskStarter } from '../core/ports/task-starter.ts';
import type { OpenTasks } from './open-tasks.ts';

export interface StartDuePorts {
  readonly board: Board;
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
}

/**
 * The one function behind every way work is noticed: reads the given watched queues, chooses by route priority
 * and board order within the window, and starts a workflow for each chosen task (design: notice, choose, start).
 */
export async function startDueTasks(
  ports: StartDuePorts,
  queues: ReadonlySet<string> | 'all',
): Promise<DueLook> {
  const { board, routes, governor, starter, open, log } = ports;
  const all = await routes.list();
  const due = all.filter(({ queueName }) => queues === 'all' || queues.has(queueName));
  if (due.length === 0) return { started: 0, backlog: [] };
  const ready = await board.getReadyTasks(due.map(({ queueName }) => queueName));
  if (ready.length === 0) return { started: 0, backlog: [] };
  const room: Room = open.room() ?? (await governor.room(ROUTES_POOL));
  const taken = open.ids(room);
  const chosen = selectDispatches({
    ready,
    open: taken,
    free: Math.max(0, room.free - open.starting()),
    slots: room.slots,
    routes: all,
    waiting: room.waiting,
  });
  const agents = new Map(all.map(({ queueName, agent }) => [queueName, agent]));
  const starts = chosen.map(async ({ taskId, taskName, queueName, order }) => {
    open.startingNow(taskId);
    try {
      const agent = agents.get(queueName) ?? '';
      await starter.start({ taskId, name: taskName, queueName, agent, order: order[1] });
      return 1;
    } catch (error) {
      open.forget(taskId);
      log.warn({ taskId, queue: queueName, error: messageOf(error) }, 'task not started');
      return 0;
    }
  });
  const started = (await Promise.all(starts)).reduce((sum: number, one) => sum + one, 0);
  const nowOpen = new Set([...taken, ...chosen.map(({ taskId }) => taskId)]);
  const left = ready.filter(({ id }) => !nowOpen.has(id)).map(({ queueName }) => queueName);
  return { started, backlog: [...new Set(left)] };
}

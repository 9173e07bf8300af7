import type { TaskId } from '../core/ids.ts';
import type { Room } from '../core/policy/governor/state.ts';

/** What this process knows about open tasks between two answers of the governor. */
export interface OpenTasks {
  /** Hears every answer. */
  hear(room: Room): void;
  /** The last answer, while it is fresh. */
  room(): Room | null;
  /** Open as far as known: named by the governor, or started here and not yet named. */
  ids(room: Room): ReadonlySet<TaskId>;
  /** Started here and not yet named by the governor. */
  starting(): number;
  isStarting(taskId: TaskId): boolean;
  startingNow(taskId: TaskId): void;
  forget(taskId: TaskId): void;
}

/** An answer older than this may hide what other processes did (ms). */
const FRESH_MS = 1_000;
/** A start the governor has not heard of for this long is looked at again (ms). */
export const STARTING_MS_MAX = 10_000;

/** In memory only: wrong after a restart in the harmless direction (one more Signal to a running workflow). */
export function createOpenTasks(now: () => number = () => performance.now()): OpenTasks {
  let last: { room: Room; at: number } | null = null;
  const starts = new Map<TaskId, number>();

  const expire = () => {
    for (const [taskId, at] of starts) if (now() - at > STARTING_MS_MAX) starts.delete(taskId);
  };
  return {
    hear(room) {
      last = { room, at: now() };
      for (const taskId of room.open) starts.delete(taskId);
    },
    room: () => (last !== null && now() - last.at < FRESH_MS ? last.room : null),
    ids(room) {
      expire();
      return new Set([...room.open, ...starts.keys()]);
    },
    starting() {
      expire();
      return starts.size;
    },
    isStarting: (taskId) => starts.has(taskId),
    startingNow: (taskId) => void starts.set(taskId, now()),
    forget: (taskId) => void starts.delete(taskId),
  };
}

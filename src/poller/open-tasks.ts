import type { TaskId } from '../core/ids.ts';
import type { Room } from '../core/policy/governor/state.ts';

/** What this process knows about open tasks between two answers of the governor. */
export interface OpenTasks {
  /** Hears every answer. */
  hear(room: Room): void;
  /** The last answer about this pool, while it is fresh. */
  room(pool: string): Room | null;
  /** Open as far as known: named by the governor, or started here and not yet named. */
  ids(room: Pick<Room, 'open'> | null): ReadonlySet<TaskId>;
  /** Started here for this pool and not yet named by the governor. */
  starting(pool: string): number;
  isStarting(taskId: TaskId): boolean;
  /** Without a pool it counts for every one. */
  startingNow(taskId: TaskId, pool?: string): void;
  forget(taskId: TaskId): void;
}

/** An answer older than this may hide what other processes did (ms). */
const FRESH_MS = 1_000;
/** A start the governor has not heard of for this long is looked at again (ms). */
export const STARTING_MS_MAX = 10_000;

/** In memory only: wrong after a restart in the harmless direction (one more Signal to a running workflow). */
export function createOpenTasks(now: () => number = () => performance.now()): OpenTasks {
  const last = new Map<string, { room: Room; at: number }>();
  const starts = new Map<TaskId, { at: number; pool: string | undefined }>();

  const expire = () => {
    for (const [taskId, { at }] of starts) if (now() - at > STARTING_MS_MAX) starts.delete(taskId);
  };
  return {
    hear(room) {
      last.set(room.pool, { room, at: now() });
      for (const taskId of room.open) starts.delete(taskId);
    },
    room(pool) {
      const known = last.get(pool);
      return known !== undefined && now() - known.at < FRESH_MS ? known.room : null;
    },
    ids(room) {
      expire();
      return new Set([...(room?.open ?? []), ...starts.keys()]);
    },
    starting(pool) {
      expire();
      return [...starts.values()].filter((start) => (start.pool ?? pool) === pool).length;
    },
    isStarting: (taskId) => starts.has(taskId),
    startingNow: (taskId, pool) => void starts.set(taskId, { at: now(), pool }),
    forget: (taskId) => void starts.delete(taskId),
  };
}

import { messageOf } from '../core/errors.ts';
import { POLLER_LOCK_MS, POLLER_LOCK_MS_MAX } from '../core/limits.ts';
import { dueRoutes, tickSeconds } from '../core/policy/poll-plan.ts';
import type { Records } from '../core/ports/store.ts';
import { type AdoptPorts, adoptTasks } from './adopt.ts';
import { createLookLoop } from './look-loop.ts';
import { type DueLook, type StartDuePorts, startDueTasks } from './start-due-tasks.ts';

export interface PollerConfig extends StartDuePorts, AdoptPorts {
  readonly records: Records;
  /** Names this process as holder of the poller lock. */
  readonly owner: string;
  /** Seconds between polls where no route says otherwise. */
  defaultPollSeconds(): number;
}

/** What notices work in this process. */
export interface Poller {
  /** Something happened that may let a task start: look soon, once, however often it is called. */
  wake(why: 'changed' | 'slot'): void;
  /** Looks now; resolves with what was started. */
  look(): Promise<DueLook>;
  /** Starts the board's watcher and the poll timers; the timers act while this process holds the poller lock. */
  start(): void;
  stop(): Promise<void>;
}

const LOCK_NAME = 'poller';

/** Watcher, writes and freed slots wake it; poll timers are the fallback (design: notice). */
export function createPoller(config: PollerConfig): Poller {
  const { records, owner, board, log } = config;
  const loop = createLookLoop((queues) => startDueTasks(config, queues), log);
  const timers = createPollTimers(config, (queues) => loop.want(queues));
  let unwatch: (() => void) | null = null;

  function wake(why: 'changed' | 'slot'): void {
    // A freed slot can only matter to queues that still hold tasks; others keep to their interval (R-ART-028).
    const queues = why === 'changed' ? 'all' : loop.backlog();
    if (queues === 'all' || queues.length > 0) void loop.want(queues);
  }
  return {
    wake,
    look: () => loop.want('all'),
    start() {
      unwatch = board.watch?.(() => wake('changed')) ?? null;
      timers.start();
    },
    async stop() {
      timers.stop();
      unwatch?.();
      await loop.stop();
      await records.dropLock(LOCK_NAME, owner).catch(() => undefined);
    },
  };
}

function createPollTimers(config: PollerConfig, want: (queues: string[]) => Promise<DueLook>) {
  const { routes, records, owner, log } = config;
  const lastPollAt: Record<string, number> = Object.create(null);
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const warn = (message: string) => (error: unknown) => log.warn({ error: messageOf(error) }, message);

  async function tick(): Promise<void> {
    const now = Date.now();
    const all = await routes.list();
    const due = dueRoutes(all, lastPollAt, now).map(({ queueName }) => queueName);
    // Held over to the next tick, else each worker would poll by turns and a queue be asked more often than it may.
    const tickMs = tickSeconds(all, config.defaultPollSeconds()) * 1000;
    const lockMs = Math.min(Math.max(POLLER_LOCK_MS, tickMs * 1.5), POLLER_LOCK_MS_MAX);
    if (due.length === 0 || !(await records.takeLock(LOCK_NAME, owner, lockMs))) return;
    for (const queueName of due) lastPollAt[queueName] = now;
    await adoptTasks(config).catch(warn('adoption failed'));
    await want(due);
  }
  async function schedule(): Promise<void> {
    const fallback = config.defaultPollSeconds();
    const seconds = await routes.list().then(
      (all) => tickSeconds(all, fallback),
      () => fallback,
    );
    if (stopped) return;
    timer = setTimeout(() => void run(), seconds * 1000);
    timer.unref();
  }
  const run = async (): Promise<void> => {
    await tick().catch(warn('poll failed'));
    await schedule();
  };
  return {
    start: () => void run(),
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

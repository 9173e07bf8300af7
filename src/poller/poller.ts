import { messageOf } from '../core/errors.ts';
import { POLLER_LOCK_MS } from '../core/limits.ts';
import type { Records } from '../core/ports/store.ts';
import { dueRoutes, tickSeconds } from '../core/policy/poll-plan.ts';
import { adoptTasks, type AdoptPorts } from './adopt.ts';
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
  /** Starts the poll timers and the board's watcher; they act only while this process holds the poller lock. */
  start(): void;
  stop(): Promise<void>;
}

const LOCK_NAME = 'poller';
/** A board that cannot be read is asked again at these intervals (ms, doubling). */
const BACKOFF_MS_MIN = 250;
const BACKOFF_MS_MAX = 30_000;

/** One look at a time; whatever happens during a look leads to one more (R-ART-034: never dies). */
export function createPoller(config: PollerConfig): Poller {
  const { records, owner, board, routes, log } = config;
  let queues: Set<string> | 'all' | null = null;
  let running: Promise<DueLook> | null = null;
  let backlog: readonly string[] = [];
  let failures = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let unwatch: (() => void) | null = null;
  const lastPollAt: Record<string, number> = Object.create(null);

  function want(more: Iterable<string> | 'all'): void {
    if (more === 'all' || queues === 'all') queues = 'all';
    else queues = new Set([...(queues ?? []), ...more]);
  }
  async function drain(): Promise<DueLook> {
    let sum: DueLook = { started: 0, backlog };
    while (queues !== null && !stopped) {
      const due = queues;
      queues = null;
      try {
        const look = await startDueTasks(config, due);
        failures = 0;
        backlog = look.backlog;
        sum = { started: sum.started + look.started, backlog };
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn({ error: messageOf(error) }, 'look at the board failed');
        retryLater(due);
        break;
      }
    }
    return sum;
  }
  function retryLater(due: Set<string> | 'all'): void {
    const delay = Math.min(BACKOFF_MS_MIN * 2 ** (failures - 1), BACKOFF_MS_MAX) * (0.75 + Math.random() / 2);
    setTimeout(() => {
      want(due);
      run();
    }, delay).unref();
  }
  function run(): Promise<DueLook> {
    running ??= drain().finally(() => {
      running = null;
      if (queues !== null && !stopped && failures === 0) run();
    });
    return running;
  }
  function wake(why: 'changed' | 'slot'): void {
    if (stopped) return;
    // A freed slot can only matter to queues that still hold tasks; others keep to their interval (R-ART-028).
    if (why === 'slot' && backlog.length === 0) return;
    want(why === 'changed' ? 'all' : backlog);
    void run();
  }
  async function tick(): Promise<void> {
    const all = await routes.list();
    const now = Date.now();
    const due = dueRoutes(all, lastPollAt, now).map(({ queueName }) => queueName);
    if (due.length > 0 && (await records.takeLock(LOCK_NAME, owner, POLLER_LOCK_MS))) {
      for (const queueName of due) lastPollAt[queueName] = now;
      await adoptTasks(config).catch((error: unknown) => log.warn({ error: messageOf(error) }, 'adoption failed'));
      want(due);
      await run();
    }
  }
  function schedule(): void {
    if (stopped) return;
    void routes
      .list()
      .then((all) => tickSeconds(all, config.defaultPollSeconds()))
      .catch(() => config.defaultPollSeconds())
      .then((seconds) => {
        if (stopped) return;
        timer = setTimeout(() => {
          tick()
            .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'poll failed'))
            .finally(schedule);
        }, seconds * 1000);
        timer.unref();
      });
  }

  return {
    wake,
    look() {
      want('all');
      return run();
    },
    start() {
      unwatch = board.watch?.(() => wake('changed')) ?? null;
      void tick().catch((error: unknown) => log.warn({ error: messageOf(error) }, 'poll failed'));
      schedule();
    },
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      unwatch?.();
      await running?.catch(() => undefined);
      await records.dropLock(LOCK_NAME, owner).catch(() => undefined);
    },
  };
}

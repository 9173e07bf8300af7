import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import { STARTING_MS_MAX } from './open-tasks.ts';
import { type DueLook, NOTHING } from './start-due-tasks.ts';

type Queues = ReadonlySet<string> | 'all';

/** Looks at the board one after the other; whatever is wanted during a look leads to one more. */
export interface LookLoop {
  /** Adds queues to the next look; it begins at once unless one is under way. */
  want(queues: Iterable<string> | 'all'): Promise<DueLook>;
  /** Queues that held tasks nobody started when they were last looked at. */
  backlog(): readonly string[];
  stop(): Promise<void>;
}

/** A board that cannot be read is asked again at these intervals (ms, doubling, with jitter). */
const BACKOFF_MS_MIN = 250;
const BACKOFF_MS_MAX = 30_000;

/** A look that fails is logged once and tried again later; the loop never dies (R-ART-034). */
export function createLookLoop(look: (queues: Queues) => Promise<DueLook>, log: Log): LookLoop {
  let wanted: Queues | null = null;
  let running: Promise<DueLook> | null = null;
  let backlog: readonly string[] = [];
  const doubts = createDoubts((queues) => void want(queues));
  let failures = 0;
  let stopped = false;

  async function drain(): Promise<DueLook> {
    let started = 0;
    while (wanted !== null && !stopped) {
      const queues = wanted;
      wanted = null;
      try {
        const found = await look(queues);
        failures = 0;
        backlog = found.backlog;
        doubts.add(found.unheard);
        started += found.started;
      } catch (error) {
        retryLater(queues, error);
        break;
      }
    }
    return { ...NOTHING, started, backlog };
  }
  function retryLater(queues: Queues, error: unknown): void {
    failures += 1;
    if (failures === 1) log.warn({ error: messageOf(error) }, 'look at the board failed');
    const delay = Math.min(BACKOFF_MS_MIN * 2 ** (failures - 1), BACKOFF_MS_MAX);
    setTimeout(() => void want(queues), delay * (0.75 + Math.random() / 2)).unref();
  }
  function run(): Promise<DueLook> {
    running ??= drain().finally(() => {
      running = null;
      if (wanted !== null && !stopped && failures === 0) void run();
    });
    return running;
  }
  function want(queues: Iterable<string> | 'all'): Promise<DueLook> {
    if (stopped) return Promise.resolve(NOTHING);
    wanted = queues === 'all' || wanted === 'all' ? 'all' : new Set([...(wanted ?? []), ...queues]);
    return run();
  }

  return {
    want,
    backlog: () => backlog,
    async stop() {
      stopped = true;
      doubts.stop();
      await running;
    },
  };
}

/** A start nobody hears of came to nothing, perhaps: its task may be back, and no event will say so. */
function createDoubts(look: (queues: readonly string[]) => void) {
  const queues = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  const resolve = () => {
    timer = null;
    const doubtful = [...queues];
    queues.clear();
    look(doubtful);
  };
  return {
    add(unheard: readonly string[]): void {
      for (const queueName of unheard) queues.add(queueName);
      if (queues.size > 0) timer ??= setTimeout(resolve, STARTING_MS_MAX + 1).unref();
    },
    stop(): void {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

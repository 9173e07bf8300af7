import { EVENT_BATCH_MAX } from '../core/limits.ts';
import type { Log } from '../core/ports/log.ts';
import type { Projection } from '../core/ports/store.ts';
import type { NewRunEvent } from '../core/schema/run-event.ts';

/** Events wait this long for company before they are stored; keeps agent → stream well under 500 ms (R-SYS-034). */
const FLUSH_MS = 25;

/** Writes of one run, one at a time and in order; a failing store is logged and does not fail the agent. */
export interface RunWriter {
  add(event: NewRunEvent): void;
  write(action: () => Promise<unknown>): Promise<unknown>;
  /** Resolves when everything so far is stored. */
  flush(): Promise<unknown>;
}

export function createRunWriter(projection: Projection, log: Log, runId: string): RunWriter {
  let pending: NewRunEvent[] = [];
  let timer: NodeJS.Timeout | null = null;
  let writes: Promise<unknown> = Promise.resolve();

  const write = (action: () => Promise<unknown>) => {
    writes = writes
      .then(action)
      .catch((error: unknown) => log.warn({ runId, error }, 'run record not written'));
    return writes;
  };
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const batch = pending;
    pending = [];
    return batch.length === 0 ? writes : write(() => projection.appendEvents(batch));
  };
  return {
    write,
    flush,
    add(event) {
      pending.push(event);
      if (pending.length >= EVENT_BATCH_MAX) void flush();
      else timer ??= setTimeout(() => void flush(), FLUSH_MS);
    },
  };
}

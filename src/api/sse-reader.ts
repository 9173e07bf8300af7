import type { TaskId } from '../core/ids.ts';
import { SSE_REPLAY_PAGE_MAX } from '../core/limits.ts';
import type { Projection } from '../core/ports/store.ts';
import type { RunEvent } from '../core/schema/run-event.ts';
import type { StreamClient } from './sse-client.ts';
import { frameOf } from './sse-frame.ts';

/** Which events a client wants. */
export interface StreamQuery {
  /** Null = the whole project. */
  readonly taskId: TaskId | null;
  /** Go on after this event; null = from the start of the latest run, or from now on for the project. */
  readonly since: number | null;
  /** Stay although no run is under way. */
  readonly wait: boolean;
}

/** One client's place in the events: first it catches up from the store, then it follows the tail. */
export interface StreamReader {
  readonly client: StreamClient;
  /** Sends what is stored; resolves when the client follows live or is gone. */
  replay(): Promise<void>;
  onEvent(event: RunEvent, frame: Buffer): void;
}

export interface StreamReaderConfig {
  readonly client: StreamClient;
  readonly projection: Projection;
  readonly query: StreamQuery;
}

/** No gap and no repetition: while it catches up, live events only say that there is more to read. */
export function createStreamReader({ client, projection, query }: StreamReaderConfig): StreamReader {
  const { taskId } = query;
  const filter = { limit: SSE_REPLAY_PAGE_MAX, ...(taskId === null ? {} : { taskId }) };
  let cursor = 0;
  let isLive = false;
  let hasMore = false;
  let atEnd = false;

  const send = (event: RunEvent, frame: Buffer): void => {
    client.send(frame, event.seq);
    cursor = event.seq;
    atEnd = event.type === 'end';
  };

  async function catchUp(): Promise<void> {
    for (;;) {
      // Bounded by what is stored: every page moves the cursor.
      hasMore = false;
      const page = await projection.listEvents({ ...filter, afterSeq: cursor });
      for (const event of page) {
        if (!client.isOpen) return;
        send(event, frameOf(event));
        await client.drained();
      }
      if (!client.isOpen || (page.length < SSE_REPLAY_PAGE_MAX && !hasMore)) return;
    }
  }

  async function replay(): Promise<void> {
    cursor = await startOf(query, projection);
    await catchUp();
    if (taskId !== null && !query.wait && !atEnd) {
      const running = await projection.listRuns({ taskId, status: 'running', limit: 1 });
      if (running.length === 0) return client.end();
    }
    while (hasMore && client.isOpen) await catchUp();
    // A run's stream ends with the run; a client that goes on after it waits for the next one (R-ART-092, 094).
    if (taskId !== null && atEnd) return client.end();
    isLive = true;
  }

  return {
    client,
    replay,
    onEvent(event, frame) {
      if (!isLive) {
        hasMore = true;
      } else if (event.seq > cursor) {
        send(event, frame);
        if (taskId !== null && atEnd) client.end();
      }
    },
  };
}

/** The number after which a client's events begin. */
async function startOf({ taskId, since }: StreamQuery, projection: Projection): Promise<number> {
  const last = await projection.lastEventSeq();
  if (since !== null) return Math.min(since, last);
  if (taskId === null) return last;
  const [run] = await projection.listRuns({ taskId, limit: 1 });
  if (run === undefined) return 0;
  const [first] = await projection.listEvents({ runId: run.runId, afterSeq: 0, limit: 1 });
  return first === undefined ? last : first.seq - 1;
}

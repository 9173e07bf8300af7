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
  /** Told when the store cannot be read; the stream is over then. */
  readonly onError: (error: unknown) => void;
}

/** How far a client is. */
interface Place {
  /** Number of the last event sent, or the one before the first. */
  cursor: number;
  /** Live events came by that are still to be read from the store. */
  hasMore: boolean;
  /** The last event sent was the end of a run. */
  atEnd: boolean;
}

/** No gap and no repetition: while it catches up, live events only say that there is more to read. */
export function createStreamReader(config: StreamReaderConfig): StreamReader {
  const { client, projection, query, onError } = config;
  const place: Place = { cursor: 0, hasMore: false, atEnd: false };
  let isLive = false;
  // A run's stream ends with the run; a client that goes on after it waits for the next one (R-ART-092, 094).
  const endWithRun = (): void => {
    if (query.taskId !== null && place.atEnd) client.end();
  };

  /** Catches up and goes live, with no await between the last look and that. */
  async function follow(): Promise<void> {
    do await catchUp(config, place);
    while (place.hasMore && client.isOpen);
    isLive = true;
    endWithRun();
  }

  /** A burst larger than the buffer is read again from the store, as fast as this client takes it. */
  async function fallBehind(): Promise<void> {
    isLive = false;
    await client.drained();
    await follow();
  }

  return {
    client,
    async replay() {
      place.cursor = await startOf(query, projection);
      await follow();
      if (query.taskId === null || query.wait || !client.isOpen) return;
      const running = await projection.listRuns({ taskId: query.taskId, status: 'running', limit: 1 });
      if (running.length === 0) client.end();
    },
    onEvent(event, frame) {
      if (!isLive) {
        place.hasMore = true;
      } else if (event.seq > place.cursor) {
        if (client.hasRoom(frame)) {
          send({ client, place }, event, frame);
          endWithRun();
        } else {
          fallBehind().catch(onError);
        }
      }
    },
  };
}

function send(
  { client, place }: { client: StreamClient; place: Place },
  event: RunEvent,
  frame: Buffer,
): void {
  client.send(frame, event.seq);
  place.cursor = event.seq;
  place.atEnd = event.type === 'end';
}

/** Sends what is stored after the client's place, no faster than it is taken. */
async function catchUp({ client, projection, query }: StreamReaderConfig, place: Place): Promise<void> {
  const filter = { limit: SSE_REPLAY_PAGE_MAX, ...(query.taskId === null ? {} : { taskId: query.taskId }) };
  for (;;) {
    // Bounded by what is stored: every page moves the cursor.
    place.hasMore = false;
    const page = await projection.listEvents({ ...filter, afterSeq: place.cursor });
    for (const event of page) {
      if (!client.isOpen) return;
      send({ client, place }, event, frameOf(event));
      await client.drained();
    }
    if (!client.isOpen || (page.length < SSE_REPLAY_PAGE_MAX && !place.hasMore)) return;
  }
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

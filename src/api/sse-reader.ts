import { SSE_REPLAY_PAGE_MAX } from '../core/limits.ts';
import type { Projection } from '../core/ports/store.ts';
import type { RunEvent } from '../core/schema/run-event.ts';
import type { StreamClient } from './sse-client.ts';
import { frameOf } from './sse-frame.ts';
import type { JobStreamEnds } from './sse-job-end.ts';
import { filterOf, type StreamTopic } from './sse-topic.ts';

/** Which events a client wants. */
export interface StreamQuery {
  readonly topic: StreamTopic;
  /** Go on after this event; null = from a task's latest run, a job's first event, or now for the project. */
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
  /** Number of the event before the client's first. */
  readonly start: number;
  readonly jobEnds: JobStreamEnds;
  /** Aborts when the stream is over. */
  readonly closed: AbortSignal;
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
  const { client, projection, query, start, jobEnds, closed, onError } = config;
  const { topic } = query;
  const place: Place = { cursor: start, hasMore: false, atEnd: false };
  let isLive = false;
  let isLast = false;
  // A task's stream ends with the run; a client that goes on after it waits for the next one (R-ART-092, 094). A
  // job's ends with the job, which may need several runs.
  const endWithRun = (): void => {
    if (!place.atEnd || topic.kind === 'all') return;
    if (topic.kind === 'task') client.end();
    else jobEnds.isOver(topic.id).then((over) => over && client.end(), onError);
  };

  /** Catches up and goes live, with no await between the last look and that. */
  async function follow(): Promise<void> {
    do await catchUp(config, place);
    while (place.hasMore && client.isOpen);
    isLive = true;
    if (isLast) client.end();
    else endWithRun();
  }

  /** A burst larger than the buffer is read again from the store, as fast as this client takes it. */
  async function fallBehind(): Promise<void> {
    isLive = false;
    await client.drained();
    await follow();
  }

  /** A job may end without a run, or before somebody asks. */
  async function endWithJob(jobId: string): Promise<void> {
    if (!(await jobEnds.isQuietlyOver(jobId, closed))) return;
    isLast = true;
    place.hasMore = true;
    if (isLive) await fallBehind();
  }

  return {
    client,
    async replay() {
      await follow();
      if (topic.kind === 'job') endWithJob(topic.id).catch(onError);
      if (topic.kind === 'all' || query.wait || !client.isOpen) return;
      const running = await projection.listRuns({ ...filterOf(topic), status: 'running', limit: 1 });
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
  const filter = { limit: SSE_REPLAY_PAGE_MAX, ...filterOf(query.topic) };
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
export async function startOf({ topic, since }: StreamQuery, projection: Projection): Promise<number> {
  const last = await projection.lastEventSeq();
  if (since !== null) return Math.min(since, last);
  if (topic.kind === 'all') return last;
  if (topic.kind === 'job') return 0;
  const [run] = await projection.listRuns({ taskId: topic.id, limit: 1 });
  if (run === undefined) return 0;
  const [first] = await projection.listEvents({ runId: run.runId, afterSeq: 0, limit: 1 });
  return first === undefined ? last : first.seq - 1;
}

import type { ServerResponse } from 'node:http';
import { AppError } from '../core/errors.ts';
import { SSE_CLIENTS_MAX, SSE_HEARTBEAT_MS } from '../core/limits.ts';
import type { EventTail } from '../core/ports/event-tail.ts';
import type { Projection } from '../core/ports/store.ts';
import type { RunEvent } from '../core/schema/run-event.ts';
import { openStream } from './sse-client.ts';
import { frameOf } from './sse-frame.ts';
import type { JobStreamEnds } from './sse-job-end.ts';
import { createStreamReader, type StreamQuery, type StreamReader, startOf } from './sse-reader.ts';
import { keyOf, keysOf } from './sse-topic.ts';

/** All open streams of a server: one subscription to the tail serves them all. */
export interface EventStreams {
  /**
   * Throws `too-many-requests`, or begins a response and answers with a stream: whoever has seen it begin misses
   * nothing that happens from then on. Resolves when it is caught up.
   */
  open(begin: () => ServerResponse, query: StreamQuery): Promise<void>;
  readonly count: number;
  close(): void;
}

export interface EventStreamsConfig {
  readonly tail: EventTail;
  readonly projection: Projection;
  readonly jobEnds: JobStreamEnds;
  /** Told of a stream that ended by an error of ours or of the store. */
  readonly onError: (error: unknown) => void;
  /** Told of a client that was too slow. */
  readonly onDrop: (lastSeq: number) => void;
  readonly clientsMax?: number;
}

/** Fans new events out to the open streams; each event is encoded once. */
export function createEventStreams(config: EventStreamsConfig): EventStreams {
  const { tail, projection, jobEnds, onError, onDrop, clientsMax = SSE_CLIENTS_MAX } = config;
  const readers = createReaders();
  let count = 0;
  let isClosed = false;
  let heartbeat: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | null = null;
  const leave = (): void => {
    if (--count > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
    unsubscribe?.();
    unsubscribe = null;
  };

  return {
    get count() {
      return count;
    },
    async open(begin, query) {
      if (count >= clientsMax)
        throw new AppError('too-many-requests', `${clientsMax} streams are open already`);
      unsubscribe ??= tail.subscribe(readers.deliver);
      heartbeat ??= setInterval(readers.beat, SSE_HEARTBEAT_MS);
      count++;
      const start = await startOf(query, projection).catch((error: unknown) => {
        leave();
        throw error;
      });
      if (isClosed) {
        leave();
        throw new AppError('shutting-down', 'the server is being stopped');
      }
      const closing = new AbortController();
      let remove = (): void => {};
      const onClose = (): void => {
        closing.abort();
        remove();
        leave();
      };
      const client = openStream(begin(), { onDrop, onClose });
      const fail = (error: unknown): void => {
        onError(error);
        client.end();
      };
      const closed = closing.signal;
      const reader = createStreamReader({ client, projection, query, start, jobEnds, closed, onError: fail });
      if (client.isOpen) remove = readers.add(keyOf(query.topic), reader);
      await reader.replay().catch(fail);
    },
    close() {
      isClosed = true;
      readers.end();
    },
  };
}

/** The open streams by what they are about. */
function createReaders() {
  const readers = new Map<string, Set<StreamReader>>();
  const all = (): readonly StreamReader[] => [...readers.values()].flatMap((set) => [...set]);
  return {
    /** Answers the way to take it out again. */
    add(key: string, reader: StreamReader): () => void {
      const set = (readers.get(key) ?? new Set()).add(reader);
      readers.set(key, set);
      return () => {
        if (set.delete(reader) && set.size === 0) readers.delete(key);
      };
    },
    deliver(events: readonly RunEvent[]): void {
      for (const event of events) {
        let frame: Buffer | null = null;
        for (const key of keysOf(event)) {
          for (const reader of readers.get(key) ?? []) {
            frame ??= frameOf(event);
            reader.onEvent(event, frame);
          }
        }
      }
    },
    beat(): void {
      for (const { client } of all()) client.beat();
    },
    end(): void {
      for (const { client } of all()) client.end();
    },
  };
}

import type { ServerResponse } from 'node:http';
import { AppError } from '../core/errors.ts';
import type { TaskId } from '../core/ids.ts';
import { SSE_CLIENTS_MAX, SSE_HEARTBEAT_MS } from '../core/limits.ts';
import type { EventTail } from '../core/ports/event-tail.ts';
import type { Projection } from '../core/ports/store.ts';
import type { RunEvent } from '../core/schema/run-event.ts';
import { openStream } from './sse-client.ts';
import { frameOf } from './sse-frame.ts';
import { createStreamReader, type StreamQuery, type StreamReader } from './sse-reader.ts';

/** All open streams of a server: one subscription to the tail serves them all. */
export interface EventStreams {
  /** Throws `too-many-requests`, or begins a response and answers with a stream; resolves when it is caught up. */
  open(begin: () => ServerResponse, query: StreamQuery): Promise<void>;
  readonly count: number;
  close(): void;
}

export interface EventStreamsConfig {
  readonly tail: EventTail;
  readonly projection: Projection;
  /** Told of a stream that ended by an error of ours or of the store. */
  readonly onError: (error: unknown) => void;
  /** Told of a client that was too slow. */
  readonly onDrop: (lastSeq: number) => void;
  readonly clientsMax?: number;
}

/** Fans new events out to the open streams; each event is encoded once. */
export function createEventStreams(config: EventStreamsConfig): EventStreams {
  const { tail, projection, onError, onDrop, clientsMax = SSE_CLIENTS_MAX } = config;
  const readers = new Map<TaskId | null, Set<StreamReader>>();
  let count = 0;
  let unsubscribe: (() => void) | null = null;
  let heartbeat: NodeJS.Timeout | undefined;

  const deliver = (events: readonly RunEvent[]): void => {
    for (const event of events) {
      let frame: Buffer | null = null;
      for (const key of new Set([event.task_id, null])) {
        for (const reader of readers.get(key) ?? []) {
          frame ??= frameOf(event);
          reader.onEvent(event, frame);
        }
      }
    }
  };
  const add = (key: TaskId | null, reader: StreamReader): void => {
    readers.set(key, (readers.get(key) ?? new Set()).add(reader));
    heartbeat ??= setInterval(() => {
      for (const set of readers.values()) for (const each of set) each.client.beat();
    }, SSE_HEARTBEAT_MS);
  };
  const remove = (key: TaskId | null, reader: StreamReader | null): void => {
    const set = readers.get(key);
    if (reader !== null && set?.delete(reader) && set.size === 0) readers.delete(key);
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
      unsubscribe ??= tail.subscribe(deliver);
      count++;
      let reader: StreamReader | null = null;
      const client = openStream(begin(), { onDrop, onClose: () => remove(query.taskId, reader) });
      const fail = (error: unknown): void => {
        onError(error);
        client.end();
      };
      reader = createStreamReader({ client, projection, query, onError: fail });
      add(query.taskId, reader);
      await reader.replay().catch(fail);
    },
    close() {
      for (const set of [...readers.values()]) for (const reader of [...set]) reader.client.end();
    },
  };
}

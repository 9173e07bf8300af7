import type { ServerResponse } from 'node:http';
import { SSE_BUFFER_BYTES_MAX, SSE_DROP_MS_MAX, SSE_STALL_MS_MAX } from '../core/limits.ts';
import { HEARTBEAT, resyncFrame } from './sse-frame.ts';

/** One open stream; a client that does not keep up is dropped and never slows a run down (R-ART-095). */
export interface StreamClient {
  readonly isOpen: boolean;
  /** Sends a frame or, when the client's buffer is full, drops it. */
  send(frame: Buffer, seq: number): void;
  /** Keeps the line alive. */
  beat(): void;
  /** Resolves when there is room again, or the stream is over. */
  drained(): Promise<void>;
  end(): void;
}

/** Opens a stream on a response; `onClose` is called once, however it ends. */
export function openStream(response: ServerResponse, onClose: () => void): StreamClient {
  let isOpen = true;
  let lastSeq = 0;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    onClose();
  };
  response.on('close', close);
  response.on('error', close);
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();

  const drop = (): void => {
    response.write(resyncFrame(lastSeq));
    response.end();
    // What is buffered may still be read; a client that never reads must not hold it for ever.
    const timer = setTimeout(() => response.destroy(), SSE_DROP_MS_MAX);
    response.once('close', () => clearTimeout(timer));
    close();
  };

  return {
    get isOpen() {
      return isOpen;
    },
    send(frame, seq) {
      if (!isOpen) return;
      if (response.writableLength + frame.length > SSE_BUFFER_BYTES_MAX) return drop();
      response.write(frame);
      lastSeq = seq;
    },
    beat() {
      if (isOpen && !response.writableNeedDrain) response.write(HEARTBEAT);
    },
    drained: () => (response.writableNeedDrain ? waitForRoom(response, drop) : Promise.resolve()),
    end() {
      if (!isOpen) return;
      response.end();
      close();
    },
  };
}

function waitForRoom(response: ServerResponse, drop: () => void): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      response.off('drain', done).off('close', done);
      resolve();
    };
    const timer = setTimeout(() => {
      drop();
      done();
    }, SSE_STALL_MS_MAX);
    response.on('drain', done).on('close', done);
  });
}

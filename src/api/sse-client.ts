import type { ServerResponse } from 'node:http';
import { SSE_BUFFER_BYTES_MAX, SSE_DROP_MS_MAX, SSE_STALL_MS_MAX } from '../core/limits.ts';
import { HEARTBEAT, resyncFrame } from './sse-frame.ts';

/** One open stream with a bounded buffer; a client that takes nothing is dropped (R-ART-095). */
export interface StreamClient {
  readonly isOpen: boolean;
  /** Would this frame still fit into the client's buffer? */
  hasRoom(frame: Buffer): boolean;
  send(frame: Buffer, seq: number): void;
  /** Keeps the line alive. */
  beat(): void;
  /** Resolves when the buffer is empty, or the stream is over; a client that stalls is told to resync and dropped. */
  drained(): Promise<void>;
  end(): void;
}

/** What is done when a stream ends. */
export interface StreamEnd {
  /** Called once, however it ended. */
  onClose(): void;
  /** Called before, when the client was too slow; it has everything up to this number. */
  onDrop(lastSeq: number): void;
}

/** Opens a stream on a response. */
export function openStream(response: ServerResponse, { onClose, onDrop }: StreamEnd): StreamClient {
  let isOpen = true;
  let lastSeq = 0;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    onClose();
  };
  response.on('close', close);
  response.on('error', close);
  if (response.destroyed) {
    // Its client left before it began, and nobody tells that again.
    close();
  } else {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
  }

  const drop = (): void => {
    onDrop(lastSeq);
    response.write(resyncFrame(lastSeq));
    response.end();
    // What is buffered may still be read; a client that never reads must not hold it for ever. A plain close would
    // leave some megabytes of it with the kernel, which goes on offering them.
    const timer = setTimeout(() => response.socket?.resetAndDestroy(), SSE_DROP_MS_MAX);
    response.once('close', () => clearTimeout(timer));
    close();
  };

  return {
    get isOpen() {
      return isOpen;
    },
    hasRoom: (frame) => response.writableLength + frame.length <= SSE_BUFFER_BYTES_MAX,
    send(frame, seq) {
      if (!isOpen) return;
      response.write(frame);
      lastSeq = seq;
    },
    beat() {
      if (isOpen && !response.writableNeedDrain) response.write(HEARTBEAT);
    },
    drained: () => (isOpen && response.writableNeedDrain ? waitForDrain(response, drop) : Promise.resolve()),
    end() {
      if (!isOpen) return;
      response.end();
      close();
    },
  };
}

function waitForDrain(response: ServerResponse, drop: () => void): Promise<void> {
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

import type { Readable } from 'node:stream';
import { OUTPUT_LINE_BYTES_MAX, OUTPUT_SLICE_MS_MAX, OUTPUT_TAIL_BYTES_MAX } from '../../core/limits.ts';
import { createLineSplitter } from './line-splitter.ts';
import type { OutputFile } from './output-file.ts';
import { createOutputTail } from './output-tail.ts';
import { releaseChunk } from './release-chunk.ts';

/** Which pipe a line came from. */
export type OutputStream = 'stdout' | 'stderr';

/** What the pump feeds. */
export interface PumpSinks {
  readonly file: OutputFile;
  /** Bytes of a line that are kept. */
  readonly lineBytesMax?: number;
  /** Gets each line; the buffer is only valid during the call. False = no more lines of this pipe wanted. */
  onLine(stream: OutputStream, line: Buffer, droppedBytes: number): boolean | undefined;
  /** Called on every sign of life. */
  onActivity(): void;
}

/** Drains both pipes of one process in fixed memory (R-ART-043). */
export interface OutputPump {
  /** Resolves when both pipes have ended. */
  readonly ended: Promise<void>;
  /** Lets the pipes go, whoever still holds their other end. */
  close(): void;
  bytes(): number;
  tail(): string;
}

/** Starts draining. A slow disk holds the pipes back; a flood gives the event loop its turn every few milliseconds. */
export function createOutputPump(
  streams: Readonly<Record<OutputStream, Readable>>,
  sinks: PumpSinks,
): OutputPump {
  const tail = createOutputTail(OUTPUT_TAIL_BYTES_MAX);
  const pipes = Object.values(streams);
  let bytes = 0;
  let waitsForDisk = false;
  let waitsForTurn = false;
  let spentMs = 0;

  function hold(): void {
    for (const pipe of pipes) pipe.pause();
  }
  function release(): void {
    if (!waitsForDisk && !waitsForTurn) for (const pipe of pipes) pipe.resume();
  }
  sinks.file.onDrain(() => {
    waitsForDisk = false;
    release();
  });
  function nextTurn(): void {
    waitsForTurn = false;
    spentMs = 0;
    release();
  }

  function drain(stream: OutputStream): Promise<void> {
    const splitter = createLineSplitter(sinks.lineBytesMax ?? OUTPUT_LINE_BYTES_MAX, (line, dropped) =>
      sinks.onLine(stream, line, dropped),
    );
    streams[stream].on('data', (chunk: Buffer) => {
      const startedAt = performance.now();
      bytes += chunk.length;
      sinks.onActivity();
      tail.push(chunk);
      splitter.push(chunk);
      waitsForDisk = !sinks.file.write(chunk, () => releaseChunk(chunk)) || waitsForDisk;
      spentMs += performance.now() - startedAt;
      if (spentMs > OUTPUT_SLICE_MS_MAX && !waitsForTurn) {
        waitsForTurn = true;
        setImmediate(nextTurn);
      }
      if (waitsForDisk || waitsForTurn) hold();
    });
    return new Promise((resolve) => {
      streams[stream]
        .on('error', () => undefined)
        .once('close', () => {
          splitter.end();
          resolve();
        });
    });
  }

  const ended = Promise.all([drain('stdout'), drain('stderr')]).then(() => undefined);
  return {
    ended,
    close: () => pipes.forEach((pipe) => void pipe.destroy()),
    bytes: () => bytes,
    tail: () => tail.text(),
  };
}

import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import type { RunRecord } from '../core/schema/run-record.ts';

/** Which piece of the output; a null offset means the last `bytes` of it. */
export interface OutputPiece {
  readonly stateDir: string;
  readonly offset: number | null;
  readonly bytes: number;
}

/** A piece of a run's output and where it stands. */
export interface OutputText {
  readonly offset: number;
  readonly next_offset: number;
  readonly size: number;
  readonly text: string;
  readonly tail_only: boolean;
}

/** Reads a piece of the output file; when that is gone, the tail of the record. */
export async function readOutput(run: RunRecord, piece: OutputPiece): Promise<OutputText> {
  const file = await openInside(piece.stateDir, run.outputPath);
  if (file === null) return fromRecord(run);
  try {
    const { size } = await file.stat();
    const start = piece.offset === null ? Math.max(0, size - piece.bytes) : Math.min(piece.offset, size);
    const buffer = Buffer.alloc(Math.min(piece.bytes, size - start));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return { offset: start, next_offset: start + bytesRead, size, text, tail_only: false };
  } finally {
    await file.close();
  }
}

/** Opens a plain file below the state directory; links and everything else outside it count as absent. */
async function openInside(stateDir: string, path: string | null): Promise<FileHandle | null> {
  if (path === null) return null;
  try {
    const [root, real] = await Promise.all([realpath(stateDir), realpath(path)]);
    if (!real.startsWith(root + sep)) return null;
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return null;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

function fromRecord(run: RunRecord): OutputText {
  const size = Buffer.byteLength(run.tail);
  return { offset: 0, next_offset: size, size, text: run.tail, tail_only: true };
}

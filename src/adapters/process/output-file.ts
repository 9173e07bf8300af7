import { createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { OUTPUT_BUFFER_BYTES_MAX, OUTPUT_FILE_BYTES_MAX } from '../../core/limits.ts';
import { toStorageError } from './storage-error.ts';

/** Raw output of one run on disk. */
export interface OutputFile {
  /** False = hold the source until `onDrain` fires. `done` is called when the chunk is needed no more. */
  write(chunk: Buffer, done: () => void): boolean;
  onDrain(resume: () => void): void;
  /** Resolves when everything is written; a full disk loses output, never the run. */
  close(): Promise<void>;
}

/** Opens the file (0600, folder 0700); what is written beyond OUTPUT_FILE_BYTES_MAX is dropped with a note. */
export async function openOutputFile(path: string, bytesMax = OUTPUT_FILE_BYTES_MAX): Promise<OutputFile> {
  const handle = await openForOwner(path);
  const stream = createWriteStream(path, { fd: handle, highWaterMark: OUTPUT_BUFFER_BYTES_MAX });
  let resume: () => void = () => {};
  let broken = false;
  let bytesLeft = bytesMax;
  let isCut = false;
  stream.on('drain', () => resume());
  stream.on('error', () => {
    broken = true;
    resume();
  });
  return {
    write(chunk, done) {
      if (broken || isCut) {
        done();
        return true;
      }
      const kept = chunk.length <= bytesLeft ? chunk : chunk.subarray(0, bytesLeft);
      bytesLeft -= kept.length;
      const goesOn = stream.write(kept, done);
      if (kept === chunk) return goesOn;
      isCut = true;
      return stream.write(`\n[output cut after ${bytesMax} bytes]\n`);
    },
    onDrain(callback) {
      resume = callback;
    },
    async close() {
      stream.end();
      await finished(stream).catch(() => undefined);
    },
  };
}

async function openForOwner(path: string) {
  const make = () => open(path, 'w', 0o600);
  try {
    return await make().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      return make();
    });
  } catch (cause) {
    throw toStorageError('cannot open the output file', cause);
  }
}

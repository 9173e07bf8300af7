import { open } from 'node:fs/promises';
import { AppError, messageOf } from '../../core/errors.ts';
import { CONFIG_FILE_BYTES_MAX } from '../../core/limits.ts';
import type { ConfigNote } from './problem.ts';

/** What was read, and what its permissions made us think. */
export interface ConfigText {
  readonly text: string;
  readonly notes: readonly ConfigNote[];
}

/** How much we trust the way this file was chosen. */
export interface ReadOptions {
  /** The person named the folder or file; otherwise it was found by walking up. */
  readonly named: boolean;
  /** Name used in messages. */
  readonly display: string;
}

const WRITABLE_BY_OTHERS = 0o002;

/** Somebody else's file above our folder must not decide which commands run (like git's safe.directory). */
function checkOwner(uid: number, { named, display }: ReadOptions): ConfigNote[] {
  const ours = process.getuid?.();
  if (ours === undefined || uid === ours || uid === 0) return [];
  const text = `${display} belongs to another user (uid ${uid})`;
  if (named) return [{ level: 'warning', text: `${text}; it decides which commands run` }];
  throw new AppError('invalid-config', `${text}, so it is not used by itself`, {
    hint: 'Name its folder with --dir if you trust it.',
  });
}

function decode(bytes: Uint8Array, display: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('invalid-config', `${display}: is not UTF-8 text`, { cause });
  }
}

/** Reads a configuration file: at most 1 MiB of UTF-8, with notes about who else may write it (R-SYS-032). */
export async function readConfigFile(path: string, options: ReadOptions): Promise<ConfigText> {
  const { display } = options;
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new AppError('invalid-config', `${display}: cannot be read: ${messageOf(cause)}`, { cause });
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new AppError('invalid-config', `${display}: is not a file`);
    const notes = checkOwner(stat.uid, options);
    if ((stat.mode & WRITABLE_BY_OTHERS) !== 0 && process.platform !== 'win32') {
      notes.push({
        level: 'warning',
        text: `${display} can be written by every user; run: chmod o-w ${path}`,
      });
    }
    // One byte more than allowed tells "too large" without reading all of it.
    const buffer = new Uint8Array(CONFIG_FILE_BYTES_MAX + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    if (length > CONFIG_FILE_BYTES_MAX) {
      throw new AppError('invalid-config', `${display}: is larger than ${CONFIG_FILE_BYTES_MAX} bytes`);
    }
    return { text: decode(buffer.subarray(0, length), display), notes };
  } finally {
    await handle.close();
  }
}

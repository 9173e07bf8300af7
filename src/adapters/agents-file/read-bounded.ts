import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The beginning of a file. */
export interface BoundedRead {
  readonly bytes: Buffer;
  /** Is there more than was asked for? */
  readonly hasMore: boolean;
}

/** At most this many bytes of a regular file, or null when it is none; a pipe or a device never makes us wait. */
export async function readBounded(path: string, bytesMax: number): Promise<BoundedRead | null> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) return null;
    // One byte more than allowed tells "more" without reading all of it.
    const buffer = Buffer.alloc(bytesMax + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return { bytes: buffer.subarray(0, Math.min(length, bytesMax)), hasMore: length > bytesMax };
  } finally {
    await handle.close();
  }
}

import { SCAN_FILE_BYTES_MAX } from '../limits.ts';
import { readBounded } from '../read-bounded.ts';

/** The beginning of a text file. */
export interface TextBeginning {
  readonly text: string;
  readonly hasMore: boolean;
}

/** What stands at the beginning of a file, undecodable bytes as U+FFFD; null when it cannot be read. */
export async function readBeginning(path: string, bytesMax: number): Promise<TextBeginning | null> {
  const read = await readBounded(path, bytesMax).catch(() => null);
  if (read === null) return null;
  // `stream`: a character cut in two at the end is left out, not replaced.
  const text = new TextDecoder().decode(read.bytes, { stream: read.hasMore });
  return { text, hasMore: read.hasMore };
}

/** A small text file as a whole; null when it is not there, too large or unreadable. */
export async function readSmall(path: string): Promise<string | null> {
  const beginning = await readBeginning(path, SCAN_FILE_BYTES_MAX);
  return beginning === null || beginning.hasMore ? null : beginning.text;
}

/** A JSON file's value; null when there is none or it is broken. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readSmall(path);
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

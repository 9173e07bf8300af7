import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SCAN_ENTRIES_MAX } from '../limits.ts';

/** What stands at this place; links are followed. */
export type EntryKind = 'file' | 'folder' | 'none';

/** What stands at this path; throws when the system refuses to look. */
export async function entryKind(folder: string, name: string): Promise<EntryKind> {
  try {
    const stats = await stat(join(folder, name));
    return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'none';
  } catch (error) {
    if (isAbsent(error)) return 'none';
    throw error;
  }
}

/** Names in a folder, at most {@link SCAN_ENTRIES_MAX} of them. */
export async function entryNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) {
    names.push(name);
    if (names.length >= SCAN_ENTRIES_MAX) break;
  }
  return names;
}

/** Is there simply nothing, as opposed to something we may not see? */
export function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ENOENT' || code === 'ENOTDIR';
}

import { stat } from 'node:fs/promises';
import type { FolderFacts } from '../../../core/ports/agent-scan.ts';
import { isAbsent } from './folder-entries.ts';

/** Is the folder there and may we look into it? (R-AD-059) */
export async function folderHealth(directory: string): Promise<FolderFacts['healthy']> {
  try {
    return (await stat(directory)).isDirectory();
  } catch (error) {
    return isAbsent(error) ? false : 'UNREADABLE';
  }
}

import type { Detector } from './detectors.ts';
import { entryKind } from './folder-entries.ts';

/** Labels of the detectors that find something; `names` are the folder's entries, for endings. */
export async function detect(
  directory: string,
  detectors: readonly Detector[],
  names: readonly string[],
): Promise<string[]> {
  const found = await Promise.all(detectors.map((detector) => matches(directory, detector, names)));
  return detectors.filter((_, index) => found[index]).map(({ label }) => label);
}

async function matches(
  directory: string,
  { files = [], folders = [], endings = [] }: Detector,
  names: readonly string[],
): Promise<boolean> {
  if (names.some((name) => endings.some((ending) => name.length > ending.length && name.endsWith(ending)))) {
    return true;
  }
  // Asked one by one: a folder may hold more entries than were listed.
  for (const name of files) if ((await entryKind(directory, name)) === 'file') return true;
  for (const name of folders) if ((await entryKind(directory, name)) === 'folder') return true;
  return false;
}

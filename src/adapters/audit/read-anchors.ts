import { readFileSync, statSync } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import { ANCHOR_FILE_BYTES_MAX } from '../../core/limits.ts';
import { type Anchor, parseAnchor } from '../../core/schema/audit-anchor.ts';

/** Anchored hashes by project and number of row. */
export type Anchors = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** Reads anchors as they were written by `dispatch audit anchor`, one on a line; what else stands there is skipped. */
export function readAnchors(paths: readonly string[]): Anchors {
  const found = new Map<string, Map<number, string>>();
  for (const path of paths) {
    const anchors = anchorsIn(path);
    if (anchors.length === 0) throw unusable(path, 'holds no anchor');
    for (const { project, seq, hash } of anchors) {
      const ofProject = found.get(project) ?? new Map<number, string>();
      found.set(project, ofProject);
      // The first word counts: a later one about the same row may be the forger's.
      if (!ofProject.has(seq)) ofProject.set(seq, hash);
    }
  }
  return found;
}

/** The anchors of one file, as they stand there. */
export function anchorsIn(path: string): readonly Anchor[] {
  let text: string;
  try {
    if (statSync(path).size > ANCHOR_FILE_BYTES_MAX) throw unusable(path, 'is too large');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw error instanceof AppError ? error : unusable(path, 'cannot be read', error);
  }
  return text.split('\n').flatMap((line) => parseAnchor(line) ?? []);
}

const unusable = (path: string, why: string, cause?: unknown): AppError =>
  new AppError('invalid-input', `--anchor: ${path} ${why}`, {
    hint: 'name a file that was written with: dispatch audit anchor --to <file>',
    ...(cause === undefined ? {} : { cause }),
  });

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, messageOf } from '../../core/errors.ts';
import { createUndo } from '../../core/undo.ts';
import type { PlannedFile } from './role-files.ts';

/** What became of the files: written, or left as they were. */
export interface WrittenFiles {
  readonly written: readonly string[];
  readonly kept: readonly string[];
}

/** Writes all files or none: each is complete beside its place before the first takes it (R-PROD-006). */
export async function writeFiles(files: readonly PlannedFile[], force: boolean): Promise<WrittenFiles> {
  const kept = files.filter(({ path, present }) => present === 'keep' && !force && existsSync(path));
  const wanted = files.filter((file) => !kept.includes(file));
  const undo = createUndo();
  try {
    for (const { path, text } of wanted) {
      const made = mkdirSync(dirname(path), { recursive: true });
      if (made !== undefined) undo.add(() => rmSync(made, { recursive: true, force: true }));
      writeFileSync(draftOf(path), text);
      undo.add(() => rmSync(draftOf(path), { force: true }));
    }
  } catch (error) {
    await undo.run();
    throw new AppError('invalid-input', `nothing was written: ${messageOf(error)}`, {
      hint: 'choose a folder that you may write to, with --dir',
    });
  }
  for (const { path } of wanted) renameSync(draftOf(path), path);
  return { written: wanted.map(({ path }) => path), kept: kept.map(({ path }) => path) };
}

const draftOf = (path: string): string => `${path}.${process.pid}.draft`;

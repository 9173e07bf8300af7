import { closeSync } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import { BOARD_FILE_BYTES_MAX, BOARD_WRITE_BATCH_MAX } from '../../core/limits.ts';
import { type Replacement, replaceFile } from '../files/durable-file.ts';
import { targetOf } from '../files/file-fingerprint.ts';
import { createFileLock, type FileLock } from './file-lock.ts';
import {
  createJsonContent,
  type GoodSnapshot,
  type JsonContent,
  type ProblemListener,
} from './json-content.ts';
import { renderBoard } from './json-document.ts';
import type { TaskTable } from './task-table.ts';
import { createWriteLine, type Ending } from './write-line.ts';

/** Something to do with a table; done again when the file changed meanwhile. */
type Operation = (table: TaskTable) => unknown;

/** A board file that is read and changed safely beside other programs. */
export interface JsonFile {
  read(): TaskTable;
  change<T>(operation: (table: TaskTable) => T): Promise<T>;
  problem(): AppError | null;
  close(): Promise<void>;
}

export interface JsonFileConfig {
  readonly path: string;
  readonly lockWaitMs: number;
  readonly onProblem: ProblemListener;
}

/** How often a write starts over because an editor saved; more often nobody types. */
const FOREIGN_SAVES_MAX = 50;

/** Opens a board file; nothing is read or written before the first call (R-ART-115). */
export function createJsonFile({ path, lockWaitMs, onProblem }: JsonFileConfig): JsonFile {
  const content = createJsonContent(path, onProblem);
  let lock: { readonly target: string; readonly file: FileLock } | null = null;
  let closed = false;

  /** The lock of the real file, so that two paths to one board share it. */
  const lockOf = (target: string): FileLock => {
    if (lock?.target === target) return lock.file;
    lock?.file.close();
    lock = { target, file: createFileLock({ path: `${target}.lock.db`, waitMs: lockWaitMs }) };
    return lock.file;
  };

  const line = createWriteLine<Operation, unknown>({
    batchMax: BOARD_WRITE_BATCH_MAX,
    async run(operations) {
      // Makes sure that there is a file and that it is worth waiting for its lock.
      await content.readForWriting();
      const target = targetOf(path);
      const release = await lockOf(target).acquire();
      try {
        return await commit({ content, target, operations });
      } finally {
        release();
      }
    },
  });

  return {
    read: () => content.read().table,
    async change<T>(operation: (table: TaskTable) => T) {
      if (closed) throw new AppError('board-unavailable', `The board ${path} is closed`);
      return (await line.add(operation)) as T;
    },
    problem: () => content.problem(),
    async close() {
      closed = true;
      await line.idle();
      content.close();
      lock?.file.close();
      lock = null;
    },
  };
}

interface Commit {
  readonly content: JsonContent;
  readonly target: string;
  readonly operations: readonly Operation[];
}

/** Applies the operations to what the file holds now and replaces it, as often as an editor saves in between. */
async function commit({ content, target, operations }: Commit): Promise<readonly Ending<unknown>[]> {
  let base = await content.readForWriting();
  let expected = base.fingerprint;
  let mustWrite = false;
  for (let save = 0; save <= FOREIGN_SAVES_MAX; save += 1) {
    const table = base.content.table.fork();
    const endings = operations.map((operation) => apply(operation, table));
    if (table.changes === 0 && !mustWrite) return endings;
    const written = { ...base.content, table };
    const text = checkedSize(target, renderBoard(written));
    const replacement = await replaceFile(target, text, { expected });
    if (replacement.kind === 'replaced') {
      const { fingerprint } = replacement;
      const readAtMs = Number.POSITIVE_INFINITY;
      if (fingerprint !== null) content.remember({ fingerprint, readAtMs, text, content: written });
      return endings;
    }
    if (replacement.kind === 'overtaken') {
      const saved = await savedMeanwhile(content, replacement);
      // What was half-written into the old file never became a board: ours stands.
      if (saved === null) return endings;
      base = saved;
      expected = replacement.fingerprint ?? expected;
      mustWrite = true;
    } else {
      base = await content.readForWriting();
      expected = base.fingerprint;
      mustWrite = false;
    }
  }
  throw new AppError('board-unavailable', `Another program saved ${target} each time we wanted to`, {
    details: { path: target },
  });
}

/** What an editor wrote into the old file in the very moment we put ours in its place. */
async function savedMeanwhile(
  content: JsonContent,
  { oldFd }: Extract<Replacement, { kind: 'overtaken' }>,
): Promise<GoodSnapshot | null> {
  try {
    return await content.readOpen(oldFd);
  } finally {
    closeSync(oldFd);
  }
}

function apply(operation: Operation, table: TaskTable): Ending<unknown> {
  try {
    return { value: operation(table) };
  } catch (error) {
    return { error };
  }
}

function checkedSize(target: string, text: string): string {
  // Cheap first: no character takes more than three bytes per UTF-16 unit.
  if (text.length * 3 <= BOARD_FILE_BYTES_MAX || Buffer.byteLength(text) <= BOARD_FILE_BYTES_MAX) return text;
  throw new AppError('payload-too-large', `${target} would grow beyond ${BOARD_FILE_BYTES_MAX} bytes`, {
    hint: 'move finished tasks to another file',
    details: { path: target, bytesMax: BOARD_FILE_BYTES_MAX },
  });
}

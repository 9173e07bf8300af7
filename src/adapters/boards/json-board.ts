import type { AppError } from '../../core/errors.ts';
import { BOARD_LOCK_WAIT_MS_MAX, BOARD_WATCH_FALLBACK_MS } from '../../core/limits.ts';
import type { Board } from '../../core/ports/board.ts';
import { createFileWatch } from './file-watch.ts';
import { createJsonFile } from './json-file.ts';
import { createTableBoard } from './table-board.ts';
import { createUlid } from './ulid.ts';

export interface JsonBoardConfig {
  /** The board file; a symlink is followed and stays one. Created when missing, its folder is not. */
  readonly path: string;
  /** How long a write waits for other processes that write this board. */
  readonly lockWaitMs?: number;
  /** Who is added to the assignees on pick-up (R-ART-032). */
  readonly assignee?: string;
  /** Ids of new tasks: the smallest unused positive integer, or a ULID. */
  readonly idStyle?: 'number' | 'ulid';
  /** Called once when the file becomes unusable, and with null when it is well again. */
  readonly onProblem?: (problem: AppError | null) => void;
}

/** A board in a JSON file, with a look at the file's state. */
export interface JsonBoard extends Board {
  /** What is wrong with the file at this moment, or null; reads serve the last good content meanwhile. */
  health(): AppError | null;
  close(): Promise<void>;
}

/**
 * The JSON-file board of R-ART-113…115: `{"queues": {"<name>": [task, …]}}`. Several processes and editors may
 * write the file at the same time; made for up to `BOARD_TASKS_DOCUMENTED_MAX` tasks.
 */
export function createJsonBoard(config: JsonBoardConfig): JsonBoard {
  const { path, lockWaitMs = BOARD_LOCK_WAIT_MS_MAX, assignee, idStyle = 'number', onProblem } = config;
  const file = createJsonFile({ path, lockWaitMs, onProblem: onProblem ?? (() => {}) });
  const fileWatch = createFileWatch({ path, pollMs: BOARD_WATCH_FALLBACK_MS });
  return {
    ...createTableBoard({
      read: file.read,
      change: file.change,
      nextId: idStyle === 'ulid' ? () => createUlid() : (table) => table.smallestFreeId(),
    }),
    watch: (onChange) => fileWatch.subscribe(onChange),
    ...(assignee === undefined ? {} : { currentUser: async () => assignee }),
    health: () => file.problem(),
    async close() {
      fileWatch.close();
      await file.close();
    },
  };
}

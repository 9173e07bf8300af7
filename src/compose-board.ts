import { createJsonBoard } from './adapters/boards/json-board.ts';
import { createMemoryBoard } from './adapters/boards/memory-board.ts';
import { AppError } from './core/errors.ts';
import type { Board } from './core/ports/board.ts';
import type { Log } from './core/ports/log.ts';
import type { Settings } from './core/schema/settings.ts';

/** The board the settings name. */
export function openBoard({ board }: Settings, log: Log): Board {
  switch (board.kind) {
    case 'json':
      return createJsonBoard({
        path: board.path,
        idStyle: board.idStyle,
        onProblem: (problem) =>
          problem === null
            ? log.info({}, 'board file is well again')
            : log.error({ problem: problem.message }, 'board file is broken'),
      });
    case 'memory':
      return createMemoryBoard();
    case 'custom':
      throw new AppError('invalid-config', 'this project takes its board from code', {
        hint: 'start it with its own script, or set `board` in dispatch.yaml',
      });
  }
}

import { createJsonBoard } from './adapters/boards/json-board.ts';
import { createLedgerBoard } from './adapters/boards/ledger/ledger-board.ts';
import { createMemoryBoard } from './adapters/boards/memory-board.ts';
import { AppError } from './core/errors.ts';
import { usdOf } from './core/policy/money/dollars.ts';
import type { Board } from './core/ports/board.ts';
import type { Log } from './core/ports/log.ts';
import type { Settings } from './core/schema/settings.ts';

/** The board the settings name; a ledger's roles and caps follow the settings as they change. */
export function openBoard(settings: () => Settings, log: Log): Board {
  const { board } = settings();
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
    case 'ledger':
      return createLedgerBoard({
        path: board.path,
        onDependencyFailed: board.onDependencyFailed,
        roles: () => ledgerRoles(settings()),
        capsOf: (agent) => capsOf(settings(), agent),
      });
    case 'memory':
      return createMemoryBoard();
    case 'custom':
      throw new AppError('invalid-config', 'this project takes its board from code', {
        hint: 'start it with its own script, or set `board` in dispatch.yaml',
      });
  }
}

/** Owners that routes work for, although they may own no task yet. */
const ledgerRoles = ({ routes }: Settings): readonly string[] =>
  routes.map(({ queueName }) => queueName).filter((name) => !name.includes(':'));

/** An agent's caps of a day in dollars; 0 where none is set. */
function capsOf({ budget }: Settings, agent: string) {
  const hardUsd = usdOf(budget?.agents[agent]?.dailyMicroUsd ?? 0);
  return { hardUsd, softUsd: hardUsd * (budget?.softRatio ?? 1) };
}

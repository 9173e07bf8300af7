import { applyBoardCommand } from './activities/apply-board-command.ts';
import type { Project } from './compose.ts';
import type { Control } from './core/ports/control.ts';

/** The control of a project whose board is on this machine and that has no worker: writes are carried out by this process. */
export function controlHere({ context }: Project): Control {
  const { board, store, routes, control } = context;
  return {
    ...control,
    command: async (command, _caller, key) => ({
      kind: 'done',
      answer: await applyBoardCommand({ board, store, routes }, key ?? crypto.randomUUID(), command),
    }),
  };
}

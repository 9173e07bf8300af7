import type { Project } from '../../src/compose.ts';
import type { Board } from '../../src/core/ports/board.ts';
import { wallMs } from '../lib/numbers.ts';

/** When each named thing first happened since the marks were last taken (wall ms). */
export type Marks = Record<string, number>;

/** Notes the time of calls at the ports, from outside: the code under test knows nothing of it. */
export function markPorts({ looker, context }: Pick<Project, 'looker' | 'context'>) {
  let marks: Marks = {};
  const note = (name: string) => {
    marks[name] ??= wallMs();
  };
  const around = <Port extends object>(
    port: Port,
    method: keyof Port & string,
    begin: string,
    end?: string,
  ) => {
    const original = port[method] as unknown as (...args: unknown[]) => Promise<unknown>;
    const marked = async (...args: unknown[]) => {
      note(begin);
      try {
        return await original.apply(port, args);
      } finally {
        if (end !== undefined) note(end);
      }
    };
    Object.assign(port, { [method]: marked });
  };
  const board: Board = context.board;
  around(board, 'getReadyTasks', 'look');
  around(board, 'getTask', 'read');
  if (board.claim !== undefined) around(board as Required<Board>, 'claim', 'claim', 'claimed');
  around(looker.starter, 'start', 'start', 'start answered');
  around(looker.governor, 'room', 'room', 'room answered');
  around(looker.governor, 'admit', 'admit', 'admitted');
  return {
    take(): Marks {
      const taken = marks;
      marks = {};
      return taken;
    },
  };
}

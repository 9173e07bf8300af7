import { AppError } from '../core/errors.ts';
import type { LedgerExtras } from '../core/ports/board.ts';
import type { LedgerBook } from '../core/ports/ledger-book.ts';
import type { CallContext } from './operation.ts';

/** Who files something, when it is the agent of a run that works on a task. */
export type FiledBy = NonNullable<LedgerExtras['filedBy']>;

/** The run this call comes from, as a ledger notes it; undefined = a person or a program outside of runs. */
export async function filedBy({ callingRun, store }: CallContext): Promise<FiledBy | undefined> {
  if (callingRun === undefined || callingRun.taskId === null) return undefined;
  const { runId, taskId } = callingRun;
  const run = await store.projection.getRun(runId);
  return { runId, taskId, agent: run?.agent ?? 'agent' };
}

/** The record beside the tasks; boards other than a ledger keep none. */
export function requireBook({ board }: CallContext): LedgerBook {
  if (board.book !== undefined) return board.book;
  throw new AppError('invalid-config', 'board: only a ledger keeps this', {
    hint: 'set "board: {kind: ledger, path: ledger.db}" in dispatch.yaml (docs/ledger.md)',
  });
}

import { AppError } from '../core/errors.ts';
import type { Board } from '../core/ports/board.ts';
import type { Log } from '../core/ports/log.ts';
import type { Store } from '../core/ports/store.ts';

export interface TakeBackPorts {
  readonly board: Board;
  readonly store: Store;
  readonly log: Log;
}

/** Puts a task that nobody carries on back where its next run is claimed from. */
export async function takeBack(
  { board, store, log }: TakeBackPorts,
  taskId: string,
  from: string | null,
  to: string | null,
): Promise<boolean> {
  if (from === null || to === null) return false;
  try {
    const task = await board.getTask(taskId);
    const there = task.queueName === from;
    if (there) await board.moveTask(taskId, to);
    // Back in its source queue its retries go on counting (R-ART-074); anywhere else somebody else decided.
    const back = there || task.queueName === to;
    await store.records.putTaskState(
      taskId,
      { status: back ? 'waiting' : 'done' },
      { detail: { step: 'adopt', found_in: task.queueName } },
    );
    if (there) log.warn({ taskId, from, to }, 'orphaned task adopted');
    return there;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'task-not-found') throw error;
    await store.records.putTaskState(taskId, { status: 'done', anomaly: 'gone from the board' });
    return false;
  }
}

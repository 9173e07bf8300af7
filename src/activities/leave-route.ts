import { AppError } from '../core/errors.ts';
import type { Task } from '../core/schema/task.ts';
import type { HasLeftInput } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';

type Ports = Pick<ActivityPorts, 'board' | 'store'>;

/** The task, or null when it is not on the board any more. */
export async function readTask({ board }: Pick<Ports, 'board'>, taskId: string): Promise<Task | null> {
  try {
    return await board.getTask(taskId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'task-not-found') return null;
    throw error;
  }
}

/** Has somebody taken the task out of the queue in which it waits for its next run? */
export async function hasLeft(ports: Ports, { taskId, queueName }: HasLeftInput): Promise<boolean> {
  const task = await readTask(ports, taskId);
  if (task?.queueName === queueName) return false;
  await leaveRoute(ports, taskId, task);
  return true;
}

/** A task that waited for a run and is not where it waited: what was counted there is over (R-ART-074). */
export async function leaveRoute({ board, store }: Ports, taskId: string, task: Task | null): Promise<void> {
  const state = await store.records.getTaskState(taskId);
  if (state?.status !== 'retrying' && state?.status !== 'waiting') return;
  await store.records.putTaskState(taskId, {
    ...{ status: 'done', retryCount: 0, lostCount: 0, blockedCode: null, blockedText: null },
    anomaly: task === null ? 'gone from the board' : null,
  });
  if (task !== null) await board.showShadow?.(taskId, { retry_count: 0 }).catch(() => undefined);
}

import { AppError, messageOf } from '../core/errors.ts';
import type { TaskId } from '../core/ids.ts';
import { LIST_PAGE_MAX } from '../core/limits.ts';
import type { Board } from '../core/ports/board.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records } from '../core/ports/store.ts';
import type { TaskStarter } from '../core/ports/task-starter.ts';
import type { TaskState } from '../core/schema/run-record.ts';
import type { ReadyTask } from '../core/schema/task.ts';

export interface RestingPorts {
  readonly board: Pick<Board, 'getTask'>;
  readonly records: Pick<Records, 'listTaskStates'>;
  readonly starter: Pick<TaskStarter, 'recheck'>;
  readonly log: Log;
}

/**
 * Without the tasks that wait in their queue for their next run: their workflows come back by themselves, and meanwhile
 * they must neither fill the window nor be told of every look (R-ART-075). Those that have left their queue are told
 * once more.
 */
export async function withoutResting(
  ports: RestingPorts,
  found: readonly ReadyTask[],
  queues: ReadonlySet<string>,
): Promise<readonly ReadyTask[]> {
  const away = await ports.records.listTaskStates({ status: ['retrying', 'asking'], limit: LIST_PAGE_MAX });
  if (away.length === 0) return found;
  // One that waits for an answer and stands in a watched queue again was put there by a person.
  const retrying = away.filter(({ status }) => status === 'retrying');
  const resting = new Map(retrying.map(({ taskId, sourceQueue }) => [taskId, sourceQueue]));
  const standing = placesOf(found);
  for (const state of away) {
    const { taskId, sourceQueue } = state;
    if (sourceQueue === null || !queues.has(sourceQueue) || standing.get(taskId) === sourceQueue) continue;
    await told(ports, taskId, () => tellWhenGone(ports, state));
  }
  return found.filter(({ id, queueName }) => resting.get(id) !== queueName);
}

/**
 * Tells the tasks that wait in line for one queue and stand in another watched one. One not found here was mostly granted
 * its slot a moment ago.
 */
export async function tellMovedInLine(ports: RestingPorts, found: readonly ReadyTask[]): Promise<void> {
  if (found.length === 0) return;
  const standing = placesOf(found);
  const inLine = await ports.records.listTaskStates({ status: ['waiting'], limit: LIST_PAGE_MAX });
  for (const { taskId, sourceQueue } of inLine) {
    const queueName = standing.get(taskId);
    if (sourceQueue === null || queueName === undefined || queueName === sourceQueue) continue;
    await told(ports, taskId, () => ports.starter.recheck(taskId));
  }
}

const placesOf = (found: readonly ReadyTask[]): ReadonlyMap<TaskId, string> =>
  new Map(found.map(({ id, queueName }) => [id, queueName]));

async function told({ log }: RestingPorts, taskId: TaskId, tell: () => Promise<unknown>): Promise<void> {
  await tell().catch((error: unknown) => {
    log.warn({ taskId, error: messageOf(error) }, 'task that left its queue not told');
  });
}

async function tellWhenGone(
  { board, starter }: RestingPorts,
  { taskId, sourceQueue, inProgressQueue }: TaskState,
): Promise<void> {
  const queueName = await board.getTask(taskId).then(
    (task) => task.queueName,
    (error: unknown) => {
      if (error instanceof AppError && error.code === 'task-not-found') return null;
      throw error;
    },
  );
  // In the in-progress queue it is just being put back.
  if (queueName !== sourceQueue && queueName !== inProgressQueue) await starter.recheck(taskId);
}

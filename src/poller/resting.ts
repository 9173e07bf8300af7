import { AppError, messageOf } from '../core/errors.ts';
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
 * once more, and so are those that wait in line for it and stand in another watched one.
 */
export async function withoutResting(
  ports: RestingPorts,
  found: readonly ReadyTask[],
  queues: ReadonlySet<string>,
): Promise<readonly ReadyTask[]> {
  const away = await ports.records.listTaskStates({
    status: ['retrying', 'asking', 'waiting'],
    limit: LIST_PAGE_MAX,
  });
  if (away.length === 0) return found;
  // One that waits for an answer and stands in a watched queue again was put there by a person.
  const retrying = away.filter(({ status }) => status === 'retrying');
  const resting = new Map(retrying.map(({ taskId, sourceQueue }) => [taskId, sourceQueue]));
  const standing = new Map(found.map(({ id, queueName }) => [id, queueName]));
  for (const state of away) {
    const { taskId, sourceQueue } = state;
    if (sourceQueue === null || !queues.has(sourceQueue) || standing.get(taskId) === sourceQueue) continue;
    // In line and not found here, it was mostly granted its slot a moment ago.
    if (state.status === 'waiting' && !standing.has(taskId)) continue;
    await tellWhenGone(ports, state).catch((error: unknown) => {
      ports.log.warn({ taskId, error: messageOf(error) }, 'task that left its queue not told');
    });
  }
  return found.filter(({ id, queueName }) => resting.get(id) !== queueName);
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

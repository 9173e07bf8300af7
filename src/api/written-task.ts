import { z } from 'zod';
import { Task } from '../core/schema/task.ts';
import type { CallContext } from './operation.ts';
import { type WireTask, wireTask } from './wire/task.ts';

const WithId = z.object({ id: z.string() });

/**
 * The task a create or update command answered with. A board's own answer is taken as it is; a shorter one
 * (only the id) is completed by a read.
 */
export async function answeredTask(
  { board, store }: CallContext,
  answer: unknown,
  knownId?: string,
): Promise<WireTask> {
  const id = knownId ?? WithId.parse(answer).id;
  const whole = Task.safeParse(answer);
  const [task, state] = await Promise.all([
    whole.success ? whole.data : board.getTask(id),
    store.records.getTaskState(id),
  ]);
  return wireTask(task, state, board.taskUrl?.(id) ?? null);
}

import { AppError } from '../core/errors.ts';
import type { TaskState } from '../core/schema/run-record.ts';
import type { SettleRunInput } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';
import { eventOnce } from './settle-notes.ts';

/** Writes the task's record; what is left out keeps its value. */
export type PutState = (patch: Partial<TaskState>) => Promise<void>;

/** Where a settled task goes, what that queue is to its route, and the record once it is there. */
export interface OwnMove {
  readonly queue: string;
  readonly role: 'source' | 'completed' | 'dead-letter';
  readonly onceThere?: Partial<TaskState>;
}

/**
 * Moves the task out of the in-progress queue unless somebody was faster. A queue that is missing is made when queue
 * management is on; else the task stays, flagged, instead of being tried for ever (R-ART-068). Answers where it is.
 */
export async function moveOwn(
  ports: ActivityPorts,
  input: SettleRunInput,
  { queue, role, onceThere, state }: OwnMove & { readonly state: PutState },
): Promise<string> {
  try {
    await makeMissing(ports, queue);
    const queueName = await moveFrom(ports, input, queue);
    if (onceThere !== undefined) await state(onceThere);
    return queueName;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'queue-not-found') throw error;
    const text = `${role} queue "${queue}" does not exist; left in place`;
    await eventOnce(ports, input, 'error', { code: `${role}-queue-missing`, text });
    await state({ status: 'stuck', anomaly: text });
    return input.claimed.inProgressQueue;
  }
}

async function makeMissing({ board, settings }: ActivityPorts, queue: string): Promise<void> {
  if (!settings().api.enableQueueManagement) return;
  if ((await board.listQueues()).some(({ name }) => name === queue)) return;
  await board.createQueue(queue).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'already-exists') throw error;
  });
}

async function moveFrom(
  { board }: ActivityPorts,
  { taskId, claimed }: SettleRunInput,
  to: string,
): Promise<string> {
  if (board.moveFrom !== undefined) await board.moveFrom(taskId, claimed.inProgressQueue, to);
  else if ((await board.getTask(taskId)).queueName === claimed.inProgressQueue)
    await board.moveTask(taskId, to);
  return (await board.getTask(taskId)).queueName;
}

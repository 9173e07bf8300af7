import { AppError } from '../core/errors.ts';
import { byWhom } from '../core/policy/audit/by-whom.ts';
import { CANCELLED_COMMENT } from '../core/policy/comments.ts';
import type { PutAwayInput } from '../core/schema/task-flow.ts';
import { commentOnce } from './comment-once.ts';
import type { ActivityPorts } from './ports.ts';
import { closeQuestionsOf } from './settle-questions.ts';

/**
 * A person called a task off before it ran: it is flagged and taken out of its source queue, else whoever looks next
 * would start it again. A task that no route watches stays where it is.
 */
export async function putAway(ports: ActivityPorts, input: PutAwayInput): Promise<void> {
  const { board, store, routes } = ports;
  const { taskId, key, cancelledBy } = input;
  const anomaly = `cancelled by ${cancelledBy.by}: ${cancelledBy.reason}`;
  const note = byWhom(cancelledBy.by);
  await closeQuestionsOf(ports, taskId);
  try {
    const { queueName } = await board.getTask(taskId);
    const route = await routes.find(queueName);
    const where = route === null ? {} : { sourceQueue: queueName, inProgressQueue: route.inProgressQueue };
    await store.records.putTaskState(taskId, { ...where, status: 'cancelled', anomaly }, note);
    if (route !== null) {
      if (board.moveFrom !== undefined) await board.moveFrom(taskId, queueName, route.inProgressQueue);
      else await board.moveTask(taskId, route.inProgressQueue);
    }
    const comment = { key: `${key}/cancelled`, taskId, text: CANCELLED_COMMENT, author: 'dispatch' };
    await commentOnce({ board, records: store.records }, comment);
  } catch (error) {
    if (!(error instanceof AppError) || !GONE.has(error.code)) throw error;
    await store.records.putTaskState(taskId, { status: 'cancelled', anomaly }, note);
  }
}

/** Nothing is left to move, or nowhere to move it to; the flag stands. */
const GONE: ReadonlySet<string> = new Set(['task-not-found', 'queue-not-found']);

import { AppError } from '../core/errors.ts';
import { notMovedComment } from '../core/policy/comments.ts';
import type { NewRunEvent, RunEventType } from '../core/schema/run-event.ts';
import type { TaskState } from '../core/schema/run-record.ts';
import type { Task } from '../core/schema/task.ts';
import type { SettleRunInput } from '../core/schema/task-flow.ts';
import { commentOnce } from './comment-once.ts';
import type { ActivityPorts } from './ports.ts';

/**
 * Writes what follows a run to the board and the records. Counter and comments before the move: until the move
 * is done the task cannot be taken up by anybody, so a crash in between is repaired by repeating (R-ART-076).
 * Returns the queue the task is in afterwards.
 */
export async function writeStep(ports: ActivityPorts, input: SettleRunInput, task: Task): Promise<string> {
  const { claimed, step, taskId } = input;
  const moved = task.queueName !== claimed.inProgressQueue && !(await isOurMove(ports, input, task));
  const summary = { lastOutcome: input.ending.kind, lastReason: reasonOf(input) };
  const state = (patch: Partial<TaskState>) =>
    ports.store.records.putTaskState(taskId, { ...summary, ...patch });
  if (moved) {
    // A person or the agent put it elsewhere: their move stands, nothing is counted (R-ART-036).
    await state({ status: 'done', retryCount: 0, anomaly: null });
    return task.queueName;
  }
  switch (step.kind) {
    case 'finish':
      return finish(ports, input, state);
    case 'retry':
      await state({ status: 'retrying', retryCount: step.retryCount });
      await comment(ports, input, step.comments);
      await event(ports, input, 'retry', {
        retry: step.retryCount,
        max: claimed.maxRetries,
        reason: summary.lastReason,
      });
      return back(ports, input);
    case 'rerun':
      await state({ status: 'retrying', lostCount: step.lostCount });
      await event(ports, input, 'retry', { lost: step.lostCount, reason: 'worker lost' });
      return back(ports, input);
    case 'return':
      await state({ status: 'waiting' });
      return back(ports, input);
    case 'dead-letter':
      return deadLetter(ports, input, step.queue, state);
    case 'leave':
      await comment(ports, input, step.comments);
      await state({ status: 'stuck', anomaly: 'retries exhausted, left in place' });
      return claimed.inProgressQueue;
    case 'cancelled':
      await comment(ports, input, step.comments);
      await state({ status: 'cancelled', anomaly: cancelText(input) });
      return claimed.inProgressQueue;
  }
}

/** Was it an earlier try of this settlement that moved the task, its answer lost on the way? */
async function isOurMove(
  { store: { records } }: ActivityPorts,
  { claimed, step, taskId }: SettleRunInput,
  { queueName }: Task,
): Promise<boolean> {
  if (step.kind === 'dead-letter') {
    // Its comment stands before the move.
    return queueName === step.queue && (await records.beginEffect(commentKey(claimed.runId, 0))) === 'done';
  }
  if (queueName !== claimed.sourceQueue) return false;
  const state = await records.getTaskState(taskId);
  if (state?.token !== claimed.runId) return false;
  return step.kind === 'return' ? state.status === 'waiting' : state.status === 'retrying';
}

const commentKey = (runId: string, index: number): string => `${runId}/comment/${index}`;

type PutState = (patch: Partial<TaskState>) => Promise<void>;

const cancelText = ({ cancelledBy }: SettleRunInput): string =>
  cancelledBy === undefined ? 'cancelled' : `cancelled by ${cancelledBy.by}: ${cancelledBy.reason}`;

function reasonOf({ ending }: SettleRunInput): string | null {
  if (ending.kind === 'failed') return ending.reason;
  if (ending.kind === 'timed-out') return 'timed out';
  return ending.kind === 'succeeded' ? null : ending.kind;
}

async function finish(ports: ActivityPorts, input: SettleRunInput, state: PutState): Promise<string> {
  const { claimed } = input;
  if (claimed.completedQueue !== null) {
    await state({ status: 'done', retryCount: 0, lostCount: 0, anomaly: null });
    return moveFrom(ports, input, claimed.completedQueue);
  }
  const text = notMovedComment(claimed.inProgressQueue);
  await comment(ports, input, [text]);
  await event(ports, input, 'system', { code: 'completed_without_move', text });
  await state({ status: 'done', retryCount: 0, lostCount: 0, anomaly: 'completed_without_move' });
  return claimed.inProgressQueue;
}

async function deadLetter(
  ports: ActivityPorts,
  input: SettleRunInput,
  queue: string,
  state: PutState,
): Promise<string> {
  const { board, settings, log } = ports;
  const { claimed, step } = input;
  await comment(ports, input, step.comments);
  try {
    const known = (await board.listQueues()).some(({ name }) => name === queue);
    if (!known && settings().api.enableQueueManagement) await board.createQueue(queue).catch(ignoreExisting);
    const now = await moveFrom(ports, input, queue);
    await state({ status: 'dead' });
    log.warn({ taskId: input.taskId, runId: claimed.runId, queue }, 'task dead-lettered');
    return now;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'queue-not-found') throw error;
    const text = `dead-letter queue "${queue}" does not exist; left in place`;
    await event(ports, input, 'error', { code: 'dead-letter-queue-missing', text });
    await state({ status: 'stuck', anomaly: text });
    return claimed.inProgressQueue;
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'already-exists') throw error;
}

const back = (ports: ActivityPorts, input: SettleRunInput) =>
  moveFrom(ports, input, input.claimed.sourceQueue);

/** Moves out of the in-progress queue unless somebody was faster; answers where the task is. */
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

async function comment(
  ports: ActivityPorts,
  { claimed, taskId }: SettleRunInput,
  texts: readonly string[],
): Promise<void> {
  const { board, store } = ports;
  for (const [index, text] of texts.entries()) {
    await commentOnce(
      { board, records: store.records },
      {
        key: commentKey(claimed.runId, index),
        ...{ taskId, text, author: 'dispatch' },
      },
    );
  }
}

/** Stored once per run and type: a repeated settlement shows no second event. */
async function event(
  { store }: ActivityPorts,
  { claimed, taskId }: SettleRunInput,
  type: RunEventType,
  data: NewRunEvent['data'],
): Promise<void> {
  const key = `${claimed.runId}/event/${type}`;
  if ((await store.records.beginEffect(key)) !== 'new') return;
  await store.projection.appendEvents([
    { task_id: taskId, run_id: claimed.runId, attempt: claimed.attempt, type, data },
  ]);
  await store.records.finishEffect(key);
}

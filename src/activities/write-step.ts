import { settlementNote } from '../core/policy/audit/settlement-note.ts';
import { notMovedComment } from '../core/policy/comments.ts';
import { givenUpReason } from '../core/policy/escalations/reason.ts';
import { NEXT_PASS, RESTING, type TaskState } from '../core/schema/run-record.ts';
import type { Task } from '../core/schema/task.ts';
import type { SettleRunInput } from '../core/schema/task-flow.ts';
import { raiseEscalation } from './escalate.ts';
import { moveOwn, type PutState } from './move-task.ts';
import { noteRun } from './note-run.ts';
import type { ActivityPorts } from './ports.ts';
import { reasonOf } from './run-reason.ts';
import { commentAll, commentKey, eventOnce } from './settle-notes.ts';
import { closeQuestions, waitForAnswer } from './settle-questions.ts';
import { noteNotesTold } from './task-notes.ts';

/**
 * Writes what follows a run to the board and the records. Counter and comments before the move: until the move
 * is done the task cannot be taken up by anybody, so a crash in between is repaired by repeating (R-ART-076).
 */
export async function writeStep(ports: ActivityPorts, input: SettleRunInput, task: Task): Promise<Written> {
  const { claimed, taskId } = input;
  const isAnothers = isClaimedByAnother(input, task);
  // An earlier try of this settlement wrote all of it: what has been taken up since is not put back.
  if (isAnothers && (await hasGoneOn(ports, input))) return { queueName: claimed.sourceQueue, moved: false };
  const isAway = task.queueName !== claimed.inProgressQueue;
  const moved = isAnothers || (isAway && !(await isOurMove(ports, input, task)));
  const summary = { lastOutcome: input.ending.kind, lastReason: reasonOf(input) };
  const state = (patch: Partial<TaskState>) =>
    ports.store.records.putTaskState(
      taskId,
      { ...summary, ...patch },
      settlementNote(input, summary.lastReason),
    );
  await closeQuestions(ports, input, moved);
  await noteNotesTold(ports, input);
  await noteRun(ports, input);
  if (moved) {
    // A person or the agent put it elsewhere: their move stands, nothing is counted (R-ART-036).
    await state({ status: 'done', retryCount: 0, anomaly: null });
    return { queueName: task.queueName, moved };
  }
  const queueName = await carryOut(ports, input, state);
  await escalateGivenUp(ports, input);
  return { queueName, moved };
}

/** Given up, in a queue for that or in place: a person decides (R-PROD-066). */
async function escalateGivenUp(ports: ActivityPorts, { step, ending, claimed, taskId }: SettleRunInput) {
  if (step.kind !== 'dead-letter' && step.kind !== 'leave') return;
  const { agent, runId } = claimed;
  await raiseEscalation(ports, { taskId, agent, reason: givenUpReason(ending, claimed), key: runId });
}

/** Where the task is afterwards, and whether somebody else than us put it there. */
export interface Written {
  readonly queueName: string;
  readonly moved: boolean;
}

async function carryOut(ports: ActivityPorts, input: SettleRunInput, state: PutState): Promise<string> {
  const { claimed, step } = input;
  switch (step.kind) {
    case 'finish':
      return finish(ports, input, state);
    case 'retry':
      await state({
        ...{ status: 'retrying', retryCount: step.retryCount },
        ...(ports.onePass === true ? RESTS : {}),
      });
      await commentAll(ports, input, step.comments);
      await eventOnce(ports, input, 'retry', {
        retry: step.retryCount,
        max: claimed.maxRetries,
        reason: reasonOf(input),
      });
      return back(ports, input, state);
    case 'rerun':
      await state({ status: 'retrying', lostCount: step.lostCount });
      await eventOnce(ports, input, 'retry', { lost: step.lostCount, reason: 'worker lost' });
      return back(ports, input, state);
    case 'return':
      await state({ status: 'waiting' });
      return back(ports, input, state);
    case 'ask':
      return waitForAnswer(ports, input, state);
    case 'dead-letter':
      return deadLetter(ports, input, { queue: step.queue, state });
    case 'leave':
      await commentAll(ports, input, step.comments);
      await state({ status: 'stuck', anomaly: 'retries exhausted, left in place' });
      return claimed.inProgressQueue;
    case 'cancelled':
      await commentAll(ports, input, step.comments);
      await state({ status: 'cancelled', anomaly: cancelText(input) });
      return claimed.inProgressQueue;
  }
}

const RESTS = {
  blockedCode: NEXT_PASS,
  blockedText: 'its last try failed in a single pass; the next pass, or a worker that stays, goes on with it',
};

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
  if (queueName !== claimed.sourceQueue || !BACK.has(step.kind)) return false;
  const state = await records.getTaskState(taskId);
  if (state?.token !== claimed.runId || state.blockedCode === RESTING) return false;
  return SETTLED_BACK.has(state.status);
}

/** Held under another lease than that of the run which is to put it back. */
const isClaimedByAnother = ({ claimed, step }: SettleRunInput, { queueName, claimToken }: Task): boolean =>
  BACK.has(step.kind) &&
  queueName === claimed.inProgressQueue &&
  claimToken !== undefined &&
  claimToken !== claimed.runId;

/** Was this settlement written before, so that the task's next run may have begun? */
async function hasGoneOn({ store }: ActivityPorts, { claimed, taskId }: SettleRunInput): Promise<boolean> {
  const state = await store.records.getTaskState(taskId);
  if (state === null) return false;
  return state.token !== claimed.runId || SETTLED_BACK.has(state.status);
}

/** While it ran it was `claimed` or `running`; the first try may even have asked for the next slot. */
const SETTLED_BACK: ReadonlySet<TaskState['status']> = new Set(['retrying', 'waiting']);

/** Steps that put the task back into its source queue. */
const BACK: ReadonlySet<string> = new Set(['retry', 'rerun', 'return']);

const cancelText = ({ cancelledBy }: SettleRunInput): string =>
  cancelledBy === undefined ? 'cancelled' : `cancelled by ${cancelledBy.by}: ${cancelledBy.reason}`;

async function finish(ports: ActivityPorts, input: SettleRunInput, state: PutState): Promise<string> {
  const { completedQueue, inProgressQueue } = input.claimed;
  const done = { status: 'done', retryCount: 0, lostCount: 0 } as const;
  if (completedQueue !== null) {
    await state({ ...done, anomaly: null });
    return moveOwn(ports, input, { queue: completedQueue, role: 'completed', state });
  }
  const text = notMovedComment(inProgressQueue);
  await commentAll(ports, input, [text]);
  await eventOnce(ports, input, 'system', { code: 'completed_without_move', text });
  await state({ ...done, anomaly: 'completed_without_move' });
  return inProgressQueue;
}

async function deadLetter(
  ports: ActivityPorts,
  input: SettleRunInput,
  { queue, state }: { readonly queue: string; readonly state: PutState },
): Promise<string> {
  await commentAll(ports, input, input.step.comments);
  const now = await moveOwn(ports, input, {
    queue,
    role: 'dead-letter',
    onceThere: { status: 'dead' },
    state,
  });
  ports.log.warn({ taskId: input.taskId, runId: input.claimed.runId, queue: now }, 'task dead-lettered');
  return now;
}

const back = (ports: ActivityPorts, input: SettleRunInput, state: PutState): Promise<string> =>
  moveOwn(ports, input, { queue: input.claimed.sourceQueue, role: 'source', state });

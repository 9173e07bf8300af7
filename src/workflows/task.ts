import { CancellationScope, continueAsNew, uuid4, workflowInfo } from '@temporalio/workflow';
import { HANDOVERS_MAX } from '../core/limits.ts';
import { grantOf } from '../core/policy/money/grant-of.ts';
import type { Grant } from '../core/policy/money/money-state.ts';
import { nextStep } from '../core/policy/next-step.ts';
import { ANSWERED_ORDER } from '../core/policy/questions/limits.ts';
import type { Admission, ClaimedRun, RunEnding } from '../core/schema/task-flow.ts';
import { giveUp, untilGranted } from './admission.ts';
import { unanswered, untilAnswered } from './answer.ts';
import { CANCELLED_IN_TEMPORAL, type CancelRequest } from './lease-inbox.ts';
import type { GrantNews } from './messages.ts';
import { rest } from './rest.ts';
import { admissions, boardOf, questions } from './task-activities.ts';
import { type Inbox, receive } from './task-inbox.ts';
import { runAgent } from './task-run.ts';
import { showEnding, showPhase } from './task-view.ts';

export interface TaskInput {
  readonly project: string;
  readonly taskId: string;
  /** Place in board order of the first admission. */
  readonly order?: number;
  /** A lease asked for by the run before (hand-over between routes). */
  readonly carried?: { readonly leaseId: string; readonly admission: Admission };
  readonly handovers?: number;
  /** The board is behind a network: its reads and writes are activities, not local ones. */
  readonly remoteBoard?: boolean;
  /** Called off while the run before ended. */
  readonly cancel?: CancelRequest;
}

export type TaskEnding = 'skipped' | 'finished' | 'dead-lettered' | 'left-in-place' | 'cancelled';

/** A board task from the moment somebody noticed it until no route wants it any more (design: life of a task). */
export async function taskWorkflow(given: TaskInput): Promise<TaskEnding> {
  let input = given;
  const inbox = receive(input.cancel ?? null);
  let carried = input.carried ?? null;
  let order = input.order;
  let ending: TaskEnding = 'skipped';
  let sessionId: string | null = null;
  for (;;) {
    inbox.recheck = false;
    if (carried === null) await renewWhenLong(input, inbox, order);
    const leaseId = carried?.leaseId ?? uuid4();
    const granted = await admitted(input, inbox, leaseId, order, carried?.admission ?? null);
    carried = null;
    order = undefined;
    if (granted === null) {
      if (inbox.cancel !== null) return calledOff(input, inbox.cancel, leaseId, sessionId);
      if (inbox.recheck) continue;
      return showEnding(ending, sessionId);
    }
    const { taskId } = input;
    // Also while it is being cancelled: what a claim half done has changed must be known.
    const claimed = await CancellationScope.nonCancellable(() =>
      boardOf(input).claimTask({ taskId, leaseId, route: granted.route }),
    );
    if (claimed === null) {
      await giveUp(leaseId, true);
      if (inbox.recheck) continue;
      return showEnding(ending, sessionId);
    }
    sessionId = claimed.sessionId;
    const { epoch, grant } = granted;
    const run = await runAgent(input.project, { taskId, epoch, claimed, ...grant }, inbox);
    const after = await settle(input, inbox, { ...claimed, ...grant }, run);
    if (after.kind === 'hand-over') return continueAsNew<typeof taskWorkflow>(after.next);
    if (after.kind === 'answered') order = ANSWERED_ORDER;
    if (after.kind === 'rested') input = { ...input, handovers: (input.handovers ?? 0) + 1 };
    if (after.kind !== 'end') continue;
    ending = after.ending;
    // It was carried out; whoever puts the task back on the board wants it run again.
    inbox.cancel = null;
    if (!inbox.recheck) return showEnding(ending, sessionId);
  }
}

/** Called off before it ran; it stays put, flagged, until somebody retries it. */
async function calledOff(
  input: TaskInput,
  cancelledBy: CancelRequest,
  leaseId: string,
  sessionId: string | null,
): Promise<TaskEnding> {
  const { by, reason } = cancelledBy;
  await CancellationScope.nonCancellable(() =>
    boardOf(input).putAway({ taskId: input.taskId, key: leaseId, cancelledBy: { by, reason } }),
  );
  // Only now: while it stood in its source queue without a place in line, whoever looked would have started it.
  await giveUp(leaseId);
  return showEnding('cancelled', sessionId);
}

/** A task that was tried or turned away very often goes on in a fresh history (R-SYS-010). */
async function renewWhenLong(
  { project, taskId, handovers = 0, remoteBoard = false }: TaskInput,
  inbox: Inbox,
  order: number | undefined,
): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested || inbox.cancel !== null) return;
  const where = remoteBoard ? { remoteBoard } : {};
  const next = { project, taskId, handovers, ...where, ...(order === undefined ? {} : { order }) };
  await continueAsNew<typeof taskWorkflow>(next);
}

/** Asks until granted. Null: the board does not want this task run, or a person called it off (see `inbox.cancel`). */
async function admitted(
  input: TaskInput,
  inbox: Inbox,
  leaseId: string,
  order: number | undefined,
  known: Admission | null,
): Promise<{ epoch: number; grant: Partial<Grant>; route: string } | null> {
  const { taskId } = input;
  const { workflowId } = workflowInfo();
  const place = order === undefined ? {} : { order };
  const admitted = await untilGranted<Admission>({
    ...{ leaseId, inbox, known, show: showPhase },
    ask: () => admissions.admitTask({ taskId, leaseId, workflowId, ...place }),
    renew: () => renewWhenLong(input, inbox, order),
  });
  if (admitted.kind !== 'granted') return null;
  const { epoch, grant, answer } = admitted;
  return { epoch, grant, route: answer.route };
}

/** The Signal came before the answer it belongs to was read. */
const grantedBy = (news: GrantNews, route: string): Admission => ({
  ...{ kind: 'granted', epoch: news.epoch, route },
  ...grantOf(news),
});

/** Waits, without a slot, for the answer to what the run has asked (R-SYS-026). */
async function answerOf(input: TaskInput, inbox: Inbox, claimed: ClaimedRun): Promise<After> {
  const { taskId } = input;
  const { inProgressQueue, sourceQueue, runId } = claimed;
  const place = { inProgressQueue, sourceQueue };
  const heard = await untilAnswered({
    look: () => questions.lookAtQuestions({ subject: taskId, place }),
    ...{ inbox, show: showPhase },
  });
  switch (heard.kind) {
    case 'answered':
      return { kind: 'answered' };
    case 'left':
      return { kind: 'again' };
    case 'called-off': {
      const { by, reason } = inbox.cancel ?? CANCELLED_IN_TEMPORAL;
      await CancellationScope.nonCancellable(() =>
        boardOf(input).putAway({ taskId, key: runId, cancelledBy: { by, reason } }),
      );
      return { kind: 'end', ending: 'cancelled' };
    }
    case 'unanswered': {
      // It did not fail: a person decides, wherever failures without a remedy go.
      const { failedQueue: _failed, ...escalated } = claimed;
      return settle(input, inbox, escalated, unanswered(heard.reason));
    }
  }
}

type After =
  | { readonly kind: 'hand-over'; readonly next: TaskInput }
  | { readonly kind: 'again' }
  /** What it asked is answered: it goes before what has not begun. */
  | { readonly kind: 'answered' }
  /** The next poll of its route is due: counted like a hand-over. */
  | { readonly kind: 'rested' }
  | { readonly kind: 'end'; readonly ending: TaskEnding };

/** Decides what follows the run, writes it down everywhere, and waits out a retry's backoff without a slot. */
async function settle(
  input: TaskInput,
  inbox: Inbox,
  claimed: ClaimedRun,
  ending: RunEnding,
): Promise<After> {
  const step = nextStep(ending, claimed, claimed);
  const mayHandOver = step.kind === 'finish' && (input.handovers ?? 0) < HANDOVERS_MAX;
  const answer = await CancellationScope.nonCancellable(() =>
    boardOf(input).settleRun({
      taskId: input.taskId,
      workflowId: workflowInfo().workflowId,
      claimed,
      ending,
      step,
      nextLeaseId: mayHandOver ? uuid4() : null,
      ...(inbox.cancel === null ? {} : { cancelledBy: inbox.cancel }),
    }),
  );
  if (answer.next !== null) {
    const { leaseId, route, admission } = answer.next;
    const news = inbox.grants.get(leaseId);
    return {
      kind: 'hand-over',
      next: {
        project: input.project,
        taskId: input.taskId,
        handovers: (input.handovers ?? 0) + 1,
        ...(input.remoteBoard === true ? { remoteBoard: true } : {}),
        ...(inbox.cancel === null ? {} : { cancel: inbox.cancel }),
        carried: { leaseId, admission: news === undefined ? admission : grantedBy(news, route) },
      },
    };
  }
  const { queueName, restMs } = answer;
  const { taskId, remoteBoard = false } = input;
  if (restMs !== undefined && queueName !== null) {
    showPhase(`waits in *${queueName}* for the next poll`);
    await rest({ taskId, remoteBoard, queueName, delayMs: restMs }, inbox);
    return { kind: 'rested' };
  }
  switch (step.kind) {
    case 'retry':
      showPhase(step.comment);
      // Taken elsewhere, it waits for nothing.
      if (queueName === claimed.sourceQueue)
        await rest({ taskId, remoteBoard, queueName, delayMs: step.delayMs }, inbox);
      return { kind: 'again' };
    case 'rerun':
    case 'return':
      return { kind: 'again' };
    case 'ask':
      return queueName === claimed.inProgressQueue ? answerOf(input, inbox, claimed) : { kind: 'again' };
    case 'finish':
      return { kind: 'end', ending: 'finished' };
    case 'dead-letter':
      return { kind: 'end', ending: 'dead-lettered' };
    case 'leave':
      return { kind: 'end', ending: 'left-in-place' };
    case 'cancelled':
      return { kind: 'end', ending: 'cancelled' };
  }
}

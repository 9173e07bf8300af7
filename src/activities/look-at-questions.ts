import { nextQuestionStep, type QuestionStep } from '../core/policy/questions/next-question-step.ts';
import { questionKeys, reminderNotice } from '../core/policy/questions/notices.ts';
import { unansweredReason, waitingText } from '../core/policy/questions/texts.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import { isOver } from '../core/schema/job.ts';
import { NO_QUESTION_SETTINGS, type Question } from '../core/schema/question.ts';
import { ASKING } from '../core/schema/run-record.ts';
import type { LookAtQuestionsInput, QuestionLook } from '../core/schema/task-flow.ts';
import { readTask } from './leave-route.ts';
import type { ActivityPorts } from './ports.ts';
import { closeQuestionsOf } from './settle-questions.ts';

type Place = NonNullable<LookAtQuestionsInput['place']>;

/**
 * What has come of the questions that work waits for; carries out what is due: the next person is told, the default is
 * taken. Repeated, it does nothing twice. A task that somebody moved meanwhile is theirs (R-SYS-026).
 */
export async function lookAtQuestions(
  ports: ActivityPorts,
  input: LookAtQuestionsInput,
): Promise<QuestionLook> {
  const { store } = ports;
  const { subject, place } = input;
  const open = await stillOpen(ports, subject);
  const waits =
    place === null
      ? await isOpen(ports, subject)
      : await isThere(ports, subject, { ...place, open: open.length });
  if (!waits) {
    await closeQuestionsOf(ports, subject);
    if (place !== null) await leave(ports, subject);
    return { kind: 'left' };
  }
  if (open.length === 0) {
    if (place !== null) await takeBack(ports, subject, place);
    return { kind: 'answered' };
  }
  const settings = ports.settings().questions ?? NO_QUESTION_SETTINGS;
  const steps = open.map((question) => nextQuestionStep(question, settings, Date.now()));
  if (steps.some(({ kind }) => kind === 'give-up'))
    return { kind: 'unanswered', reason: unansweredReason(open) };
  const text = waitingText(open);
  if (place !== null) await store.records.noteTaskState(subject, { blockedCode: ASKING, blockedText: text });
  const lookAgainMs = Math.max(1, Math.min(...steps.map(waitMs)));
  return { kind: 'open', text, lookAgainMs };
}

const waitMs = (step: QuestionStep): number => (step.kind === 'wait' ? step.ms : 0);

/** Those that a person still has to answer, after reminders and defaults that are due. */
async function stillOpen(ports: ActivityPorts, subject: string): Promise<readonly Question[]> {
  const { questions } = ports.store;
  const settings = ports.settings().questions ?? NO_QUESTION_SETTINGS;
  for (const question of await openOf(ports, subject)) {
    const { questionId, reminders } = question;
    const now = Date.now();
    const step = nextQuestionStep(question, settings, now);
    if (step.kind === 'default') {
      const entry = entryOf(question, { at: now, action: 'question-default' }, { answer: step.answer });
      const taken = await questions.answer(questionId, { text: step.answer, by: 'default', at: now }, entry);
      if (taken === null) continue;
      for (const key of questionKeys(questionId, settings)) await ports.notices.resolve(key);
    }
    if (step.kind !== 'remind') continue;
    // First the notice, which is open once: noted first, a crash would keep it from ever being told.
    await ports.notices.raise(reminderNotice(question, step.person));
    const entry = entryOf(question, { at: now, action: 'question-reminder' }, { person: step.person });
    await questions.noteReminder(questionId, reminders, entry);
  }
  return openOf(ports, subject);
}

const openOf = async ({ store }: ActivityPorts, subject: string): Promise<readonly Question[]> =>
  (await store.questions.pending(subject)).filter(({ status }) => status === 'open');

const entryOf = (
  { subject, questionId, question }: Question,
  what: Pick<AuditEntry, 'at' | 'action'>,
  detail: AuditEntry['detail'],
): AuditEntry => ({
  ...{ ...what, channel: 'auto', actor: 'dispatch', subject },
  detail: { question_id: questionId, question, ...detail },
});

/** Does the job still wait? It may have been called off. */
async function isOpen({ store }: ActivityPorts, jobId: string): Promise<boolean> {
  const status = await store.jobs.statusOf(jobId);
  return status !== null && !isOver(status);
}

/** Does the task still stand where it waits? With everything answered an earlier try may have put it back already. */
async function isThere(
  ports: ActivityPorts,
  taskId: string,
  { inProgressQueue, open }: Place & { readonly open: number },
): Promise<boolean> {
  const task = await readTask(ports, taskId);
  if (task === null || task.queueName === inProgressQueue) return task !== null;
  if (open > 0) return false;
  const state = await ports.store.records.getTaskState(taskId);
  return state?.status === 'waiting' && state.sourceQueue === task.queueName;
}

async function leave({ store }: ActivityPorts, taskId: string): Promise<void> {
  const settled = {
    status: 'done',
    retryCount: 0,
    lostCount: 0,
    blockedCode: null,
    blockedText: null,
  } as const;
  await store.records.putTaskState(taskId, { ...settled, anomaly: null });
}

/** Back to where its next run is claimed from; conversation and retry count stay. */
async function takeBack(
  { board, store, expectBack }: ActivityPorts,
  taskId: string,
  { inProgressQueue, sourceQueue }: Place,
): Promise<void> {
  await store.records.putTaskState(taskId, { status: 'waiting', blockedCode: null, blockedText: null });
  // The workflow asks for its slot by itself; nobody needs to start it.
  expectBack(taskId);
  if (board.moveFrom !== undefined) await board.moveFrom(taskId, inProgressQueue, sourceQueue);
  else if ((await board.getTask(taskId)).queueName === inProgressQueue)
    await board.moveTask(taskId, sourceQueue);
}

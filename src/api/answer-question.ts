import { AppError } from '../core/errors.ts';
import { questionKeys } from '../core/policy/questions/notices.ts';
import type { Question } from '../core/schema/question.ts';
import type { CallContext } from './operation.ts';

/** What came of an answer. */
export interface GivenAnswer {
  readonly question: Question;
  /** False: the answer is kept, and whoever waits hears of it when workers and server are up again. */
  readonly told: boolean;
}

/** Keeps the answer and tells whoever waits for it. The first answer counts (R-SYS-026). */
export async function giveAnswer(
  { store, control, caller, notices, settings }: CallContext,
  { questionId }: Question,
  text: string,
): Promise<GivenAnswer> {
  const answered = await store.questions.answer(questionId, { text, by: caller.actor, at: Date.now() });
  if (answered === null) throw await notOpen(store, questionId);
  for (const key of questionKeys(questionId, settings.questions)) await notices.resolve(key);
  const told = await control.tellAnswered(answered).catch((error: unknown) => {
    // Kept it is; the poller of a worker tells it later.
    if (error instanceof AppError && error.code === 'temporal-unavailable') return false;
    throw error;
  });
  return { question: answered, told };
}

async function notOpen({ questions }: CallContext['store'], questionId: string): Promise<AppError> {
  const found = await questions.get(questionId);
  if (found === null) return unknownQuestion(questionId);
  const { status, answer, answeredBy } = found;
  if (status === 'answered')
    return new AppError('conflict', `question ${questionId} was answered by ${answeredBy}: ${answer}`, {
      hint: 'say more in a comment: dispatch task comment',
    });
  return new AppError(
    'conflict',
    `nobody waits for an answer to question ${questionId} any more (${status})`,
  );
}

const unknownQuestion = (questionId: string): AppError =>
  new AppError('not-found', `no question "${questionId}"`, { hint: 'list them: dispatch questions' });

/** The question of this id, or the one open question of a task or dispatch of this id. */
export async function questionNamed({ store }: CallContext, id: string): Promise<Question> {
  const found = await store.questions.get(id);
  if (found !== null) return found;
  const pending = await store.questions.pending(id);
  const open = pending.filter(({ status }) => status === 'open');
  const [first, ...more] = open.length > 0 ? open : pending;
  if (first === undefined) throw unknownQuestion(id);
  if (more.length === 0) return first;
  const ids = [first, ...more].map(({ questionId }) => questionId).join(', ');
  throw new AppError('conflict', `${id} has asked several questions: ${ids}`, {
    hint: 'name one of them: dispatch answer <question>',
  });
}

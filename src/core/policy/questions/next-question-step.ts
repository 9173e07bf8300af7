import type { Question, QuestionSettings } from '../../schema/question.ts';
import { QUESTION_LOOK_MS_MAX } from './limits.ts';

/** What is to be done about an open question now. */
export type QuestionStep =
  /** Nothing; look again after so long (ms). */
  | { readonly kind: 'wait'; readonly ms: number }
  /** The next person is told. */
  | { readonly kind: 'remind'; readonly person: string }
  /** Nobody answered: the asker's own default counts. */
  | { readonly kind: 'default'; readonly answer: string }
  /** Nobody answered and there is no default. */
  | { readonly kind: 'give-up' };

/** Who is told next, and when somebody else than a person decides; `now` in epoch milliseconds (R-SYS-026). */
export function nextQuestionStep(question: Question, settings: QuestionSettings, now: number): QuestionStep {
  const { askedAt, reminders, defaultAnswer } = question;
  const defaultAt = due(askedAt, settings.defaultAfterSeconds, 1);
  if (now >= defaultAt)
    return defaultAnswer === null ? { kind: 'give-up' } : { kind: 'default', answer: defaultAnswer };
  const person = settings.escalateTo[reminders];
  const remindAt = person === undefined ? Infinity : due(askedAt, settings.remindAfterSeconds, reminders + 1);
  if (person !== undefined && now >= remindAt) return { kind: 'remind', person };
  return { kind: 'wait', ms: Math.min(defaultAt - now, remindAt - now, QUESTION_LOOK_MS_MAX) };
}

const due = (since: number, seconds: number | null, times: number): number =>
  seconds === null ? Infinity : since + seconds * 1000 * times;

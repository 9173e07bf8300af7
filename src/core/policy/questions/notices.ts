import type { NewNotice } from '../../ports/notices.ts';
import type { Question, QuestionSettings } from '../../schema/question.ts';
import { questionComment, questionLine } from './texts.ts';

const questionKey = (questionId: string): string => `question:${questionId}`;

const reminderKey = (questionId: string, person: string): string => `${questionKey(questionId)}:${person}`;

/** Names every notice there may be of a question. */
export const questionKeys = (questionId: string, settings?: QuestionSettings): readonly string[] => [
  questionKey(questionId),
  ...(settings?.escalateTo ?? []).map((person) => reminderKey(questionId, person)),
];

/** Tells people that an agent waits for them (R-SYS-026). */
export function questionNotice(question: Question): NewNotice {
  const { questionId, agent, subject, askedOf } = question;
  return {
    ...{ kind: 'question', key: questionKey(questionId) },
    subject: `${agent} asks${askedOf === null ? '' : ` ${askedOf}`} (task ${subject}): ${questionLine(question)}`,
    body: questionComment([question]),
  };
}

/** Tells the next person that nobody has answered yet. */
export function reminderNotice(question: Question, person: string): NewNotice {
  const { subject, ...notice } = questionNotice({ ...question, askedOf: person });
  return {
    ...notice,
    key: reminderKey(question.questionId, person),
    subject: `Still unanswered: ${subject}`,
  };
}

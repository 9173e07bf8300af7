import type { Question } from '../../schema/question.ts';
import { QUESTION_SHOWN_MAX } from './limits.ts';

/** What an agent that has asked is told: the answer comes with its next turn, so this one must end. */
export const END_TURN_TEXT =
  'End your turn now without doing anything else, and without moving the task. You will be started again, in the same conversation where your kind of agent has one, with the answer.';

/** The question in one line. */
export function questionLine({ question }: Pick<Question, 'question'>): string {
  const line = question.replaceAll(/\s+/g, ' ').trim();
  return line.length <= QUESTION_SHOWN_MAX ? line : `${line.slice(0, QUESTION_SHOWN_MAX)}…`;
}

/** Why the work waits, for `why`, lists and the Temporal UI. */
export function waitingText(open: readonly Pick<Question, 'questionId' | 'question' | 'agent'>[]): string {
  const [first, ...more] = open;
  if (first === undefined) return 'it waits for an answer';
  const others = more.length === 0 ? '' : ` (and ${more.length} more: dispatch questions)`;
  return `agent ${first.agent} asks: ${questionLine(first)} Answer with: dispatch answer ${first.questionId} "…"${others}`;
}

/** The comment on the task that asks. */
export function questionComment(asked: readonly Question[]): string {
  return asked
    .map(({ agent, question, choices, defaultAnswer, questionId }) =>
      [
        `Question of ${agent}: ${question}`,
        ...(choices.length === 0 ? [] : [`Choices: ${choices.join(', ')}`]),
        ...(defaultAnswer === null ? [] : [`Default: ${defaultAnswer}`]),
        `Answer with: dispatch answer ${questionId} "…"`,
      ].join('\n'),
    )
    .join('\n\n');
}

/** What the next run is told of the answers: each with its question repeated. */
export function answersText(answered: readonly Question[]): string {
  return answered
    .map(
      ({ question, answer, answeredBy }) =>
        `You asked: ${question}\nAnswer${from(answeredBy)}: ${answer ?? ''}`,
    )
    .join('\n\n');
}

const from = (by: string | null): string => (by === null || by === 'default' ? '' : ` from ${by}`);

/** Why a task was given up whose question nobody answered. */
export const unansweredReason = (questions: readonly Pick<Question, 'question'>[]): string =>
  `no answer to its question: ${questions.map(questionLine).join('; ')}`;

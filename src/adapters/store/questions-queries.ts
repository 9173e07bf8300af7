import type { Question } from '../../core/schema/question.ts';
import { columnsOf, query, sqlBuilder } from './query.ts';

/** A row of `questions`; the choices are JSON text. */
export type QuestionRow = Omit<Question, 'choices'> & { project: string; seq: number; choices: string };

/** Writes queries for the table of questions. */
export const questions = sqlBuilder<{ questions: QuestionRow }>();

const SHOWN = [
  ...(['questionId', 'subject', 'taskId', 'jobId', 'runId', 'agent', 'question', 'choices'] as const),
  ...(['defaultAnswer', 'askedOf', 'status', 'answer', 'answeredBy', 'askedAt', 'answeredAt'] as const),
  ...(['reminders', 'toldRunId', 'closedAt'] as const),
] as const;

interface ById {
  readonly project: string;
  readonly questionId: string;
}
interface OfSubject {
  readonly project: string;
  readonly subject: string;
}

export const insertQuestion = query((a: QuestionRow) =>
  questions.insertInto('questions').values(columnsOf(a, ['project', 'seq', ...SHOWN])),
);

export const findQuestion = query((a: ById) =>
  questions
    .selectFrom('questions')
    .select(SHOWN)
    .where('project', '=', a.project)
    .where('questionId', '=', a.questionId),
);

export const pendingQuestions = query((a: OfSubject) =>
  questions
    .selectFrom('questions')
    .select(SHOWN)
    .where('project', '=', a.project)
    .where('subject', '=', a.subject)
    .where('closedAt', 'is', null)
    .orderBy('seq'),
);

export const allQuestions = query((a: { project: string; limit: number }) =>
  questions
    .selectFrom('questions')
    .select(SHOWN)
    .where('project', '=', a.project)
    .orderBy('seq')
    .limit(a.limit),
);

export const questionsByStatus = query((a: { project: string; status: string; limit: number }) =>
  questions
    .selectFrom('questions')
    .select(SHOWN)
    .where('project', '=', a.project)
    .where('status', '=', a.status as Question['status'])
    .orderBy('seq')
    .limit(a.limit),
);

export const askAgain = query((a: ById & { runId: string }) =>
  questions
    .updateTable('questions')
    .set({ runId: a.runId })
    .where('project', '=', a.project)
    .where('questionId', '=', a.questionId),
);

export const answerQuestion = query((a: ById & { answer: string; answeredBy: string; answeredAt: number }) =>
  questions
    .updateTable('questions')
    .set({ status: 'answered', answer: a.answer, answeredBy: a.answeredBy, answeredAt: a.answeredAt })
    .where('project', '=', a.project)
    .where('questionId', '=', a.questionId)
    .where('status', '=', 'open')
    .returning(SHOWN),
);

export const passOnQuestion = query((a: ById & { at: number }) =>
  questions
    .updateTable('questions')
    .set({ status: 'passed-on', closedAt: a.at })
    .where('project', '=', a.project)
    .where('questionId', '=', a.questionId)
    .where('status', '=', 'open'),
);

export const noteReminder = query((a: ById & { before: number; after: number }) =>
  questions
    .updateTable('questions')
    .set({ reminders: a.after })
    .where('project', '=', a.project)
    .where('questionId', '=', a.questionId)
    .where('reminders', '=', a.before),
);

export const noteTold = query((a: ById & { runId: string }) =>
  questions
    .updateTable('questions')
    .set({ toldRunId: a.runId })
    .where('project', '=', a.project)
    .where('questionId', '=', a.questionId)
    .where('toldRunId', 'is', null),
);

export const withdrawQuestions = query((a: OfSubject & { at: number }) =>
  questions
    .updateTable('questions')
    .set({ status: 'withdrawn', closedAt: a.at })
    .where('project', '=', a.project)
    .where('subject', '=', a.subject)
    .where('status', '=', 'open')
    .where('closedAt', 'is', null),
);

export const closeQuestions = query((a: OfSubject & { at: number }) =>
  questions
    .updateTable('questions')
    .set({ closedAt: a.at })
    .where('project', '=', a.project)
    .where('subject', '=', a.subject)
    .where('closedAt', 'is', null),
);

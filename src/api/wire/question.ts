import { z } from 'zod';
import { type Question, QuestionStatus } from '../../core/schema/question.ts';
import { isoTime, isoTimeOrNull } from './time.ts';

/** A question of an agent as the API shows it (R-SYS-026). */
export const WireQuestion = z.strictObject({
  question_id: z.string(),
  task_id: z.string().nullable(),
  job_id: z.string().nullable(),
  agent: z.string(),
  question: z.string(),
  choices: z.array(z.string()),
  default_answer: z.string().nullable(),
  to: z.string().nullable(),
  status: QuestionStatus,
  answer: z.string().nullable(),
  answered_by: z.string().nullable(),
  asked_at: z.string(),
  answered_at: z.string().nullable(),
});
export type WireQuestion = z.infer<typeof WireQuestion>;

/** A kept question as the API shows it. */
export const wireQuestion = (question: Question): WireQuestion => ({
  question_id: question.questionId,
  task_id: question.taskId,
  job_id: question.jobId,
  agent: question.agent,
  question: question.question,
  choices: question.choices,
  default_answer: question.defaultAnswer,
  to: question.askedOf,
  status: question.status,
  answer: question.answer,
  answered_by: question.answeredBy,
  asked_at: isoTime(question.askedAt),
  answered_at: isoTimeOrNull(question.answeredAt),
});

import { z } from 'zod';

/**
 * `open`: waits for a person; `answered`; `withdrawn`: nobody needs the answer any more; `passed-on`: handed to the
 * caller of a dispatch together with its result.
 */
export const QuestionStatus = z.enum(['open', 'answered', 'withdrawn', 'passed-on']);
export type QuestionStatus = z.infer<typeof QuestionStatus>;

/** What an agent wants to know of a person before it goes on (R-SYS-026). Times are epoch milliseconds. */
export const Question = z.strictObject({
  questionId: z.string(),
  /** The task, or the job of a call without one, that waits for the answer. */
  subject: z.string(),
  taskId: z.string().nullable(),
  jobId: z.string().nullable(),
  /** The run that asked last; its end is where the work stops. */
  runId: z.string(),
  agent: z.string(),
  question: z.string(),
  /** What may be answered; empty = anything. */
  choices: z.array(z.string()),
  /** Taken when nobody answers in time; null = then it is escalated. */
  defaultAnswer: z.string().nullable(),
  /** Whom it is for; null = whoever looks. */
  askedOf: z.string().nullable(),
  status: QuestionStatus,
  answer: z.string().nullable(),
  answeredBy: z.string().nullable(),
  askedAt: z.int(),
  answeredAt: z.int().nullable(),
  /** How many further people were told of it. */
  reminders: z.int().min(0),
  /** The first run whose prompt had the answer; null = none yet. */
  toldRunId: z.string().nullable(),
  /** The work it belongs to is settled: its answer is told to no further run. */
  closedAt: z.int().nullable(),
});
export type Question = z.infer<typeof Question>;

/** Who is told of questions that wait, and when somebody else decides; null = never. */
export const QuestionSettings = z.strictObject({
  remindAfterSeconds: z.number().nullable(),
  /** Told one after the other, each after another `remindAfterSeconds`. */
  escalateTo: z.array(z.string()),
  defaultAfterSeconds: z.number().nullable(),
});
export type QuestionSettings = z.infer<typeof QuestionSettings>;

/** Without a configuration a question waits until somebody answers it. */
export const NO_QUESTION_SETTINGS: QuestionSettings = {
  remindAfterSeconds: null,
  escalateTo: [],
  defaultAfterSeconds: null,
};

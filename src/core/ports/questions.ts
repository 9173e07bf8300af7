import type { RunId } from '../ids.ts';
import type { Question, QuestionStatus } from '../schema/question.ts';
import type { AuditEntry } from './store.ts';

/** A question as it is asked; that of a dispatch belongs to its job, whatever task that is for. */
export type NewQuestion = Pick<
  Question,
  'taskId' | 'jobId' | 'runId' | 'agent' | 'question' | 'choices' | 'defaultAnswer' | 'askedOf'
>;

/** Every question of a project and what came of it; kept with full durability, each change from a known status. */
export interface Questions {
  /**
   * Keeps a question under a new id. The same words asked again for the same work, while that is not settled, are the
   * same question: the run that asks now counts as the asker, and an answer there is stays. Null: too many are open.
   */
  ask(question: NewQuestion): Promise<Question | null>;
  get(questionId: string): Promise<Question | null>;
  /** Oldest first. */
  list(filter: { readonly status?: QuestionStatus; readonly limit: number }): Promise<readonly Question[]>;
  /** Those of a task or job that is not settled since, oldest first. */
  pending(subject: string): Promise<readonly Question[]>;
  /** open → answered, with its line of the audit trail; null = it was not open any more. */
  answer(
    questionId: string,
    answer: { readonly text: string; readonly by: string; readonly at: number },
    entry?: AuditEntry,
  ): Promise<Question | null>;
  /** open → passed-on. */
  passOn(questionIds: readonly string[]): Promise<void>;
  /** Notes that another person was told; false: somebody else has noted that already. */
  noteReminder(questionId: string, before: number, entry?: AuditEntry): Promise<boolean>;
  /** The answers stand in this run's prompt. */
  noteTold(questionIds: readonly string[], runId: RunId): Promise<void>;
  /** The work is settled: open ones are withdrawn, answers told to nobody else. */
  close(subject: string): Promise<void>;
}

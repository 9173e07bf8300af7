import { OPEN_QUESTIONS_MAX } from '../../core/policy/questions/limits.ts';
import type { Questions } from '../../core/ports/questions.ts';
import type { Question } from '../../core/schema/question.ts';
import { createAuditChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';
import { createCounter } from './counters.ts';
import type { QuestionRow } from './questions-queries.ts';
import * as queries from './questions-queries.ts';
import type { PartConfig } from './store-config.ts';

type Shown = Omit<QuestionRow, 'project' | 'seq'>;

const questionOf = (row: Shown): Question => ({ ...row, choices: JSON.parse(row.choices) as string[] });

const orNull = (row: Shown | undefined): Question | null => (row === undefined ? null : questionOf(row));

/** Questions of agents to people; each id is `q` and a number that a person can type (R-SYS-026). */
export function createQuestions(config: PartConfig): Questions {
  return { ...asking(config), ...reading(config), ...answering(config) };
}

const pendingOf = (connection: Connection, project: string, subject: string) =>
  connection.all(queries.pendingQuestions, { project, subject });

function asking({ database, project, now }: PartConfig): Pick<Questions, 'ask'> {
  const counter = createCounter(project, 'questions');
  return {
    ask({ choices, ...asked }) {
      const subject = asked.jobId ?? asked.taskId ?? asked.runId;
      return database.write((connection) => {
        const pending = pendingOf(connection, project, subject);
        const same = pending.find(({ question }) => question === asked.question);
        if (same?.status === 'answered') return questionOf(same);
        if (same !== undefined) {
          connection.run(queries.askAgain, { project, questionId: same.questionId, runId: asked.runId });
          return questionOf({ ...same, runId: asked.runId });
        }
        if (pending.filter(({ status }) => status === 'open').length >= OPEN_QUESTIONS_MAX) return null;
        const seq = counter.add(connection, 1);
        const shown: Shown = {
          ...{ questionId: `q${seq}`, subject, ...asked, choices: JSON.stringify(choices) },
          ...{ status: 'open', answer: null, answeredBy: null, askedAt: now(), answeredAt: null },
          ...{ reminders: 0, toldRunId: null, closedAt: null },
        };
        connection.run(queries.insertQuestion, { project, seq, ...shown });
        return questionOf(shown);
      });
    },
  };
}

function reading({ database, project }: PartConfig): Pick<Questions, 'get' | 'list' | 'pending'> {
  return {
    get: (questionId) =>
      database.read((connection) => orNull(connection.get(queries.findQuestion, { project, questionId }))),

    list: ({ status, limit }) =>
      database.read((connection) =>
        (status === undefined
          ? connection.all(queries.allQuestions, { project, limit })
          : connection.all(queries.questionsByStatus, { project, status, limit })
        ).map(questionOf),
      ),

    pending: (subject) =>
      database.read((connection) => pendingOf(connection, project, subject).map(questionOf)),
  };
}

type Answering = Omit<Questions, 'ask' | 'get' | 'list' | 'pending'>;

function answering({ database, project, now }: PartConfig): Answering {
  const trail = createAuditChain(project);
  return {
    answer: (questionId, { text, by, at }, entry) =>
      database.write((connection) => {
        const answered = connection.get(queries.answerQuestion, {
          ...{ project, questionId, answer: text, answeredBy: by, answeredAt: at },
        });
        if (answered !== undefined && entry !== undefined) trail.append(connection, entry);
        return orNull(answered);
      }),

    async passOn(questionIds) {
      const at = now();
      await database.write((connection) => {
        for (const questionId of questionIds)
          connection.run(queries.passOnQuestion, { project, questionId, at });
      });
    },

    noteReminder: (questionId, before, entry) =>
      database.write((connection) => {
        const reminder = { project, questionId, before, after: before + 1 };
        const isFirst = connection.run(queries.noteReminder, reminder) === 1;
        if (isFirst && entry !== undefined) trail.append(connection, entry);
        return isFirst;
      }),

    async noteTold(questionIds, runId) {
      await database.write((connection) => {
        for (const questionId of questionIds)
          connection.run(queries.noteTold, { project, questionId, runId });
      });
    },

    async close(subject) {
      const at = now();
      await database.write((connection) => {
        connection.run(queries.withdrawQuestions, { project, subject, at });
        connection.run(queries.closeQuestions, { project, subject, at });
      });
    },
  };
}

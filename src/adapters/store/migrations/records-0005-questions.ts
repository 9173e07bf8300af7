import type { Migration } from '../migrate.ts';

/** Questions of agents to people, and their answers. */
export const recordsQuestions: Migration = {
  version: 5,
  name: 'questions',
  up: (schema) => [
    schema
      .createTable('questions')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('question_id', 'text', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('task_id', 'text')
      .addColumn('job_id', 'text')
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('agent', 'text', (column) => column.notNull())
      .addColumn('question', 'text', (column) => column.notNull())
      .addColumn('choices', 'text', (column) => column.notNull())
      .addColumn('default_answer', 'text')
      .addColumn('asked_of', 'text')
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('answer', 'text')
      .addColumn('answered_by', 'text')
      .addColumn('asked_at', 'bigint', (column) => column.notNull())
      .addColumn('answered_at', 'bigint')
      .addColumn('reminders', 'integer', (column) => column.notNull())
      .addColumn('told_run_id', 'text')
      .addColumn('closed_at', 'bigint')
      .addPrimaryKeyConstraint('questions_key', ['project', 'question_id']),
    schema
      .createIndex('questions_pending')
      .on('questions')
      .columns(['project', 'subject', 'closed_at', 'seq']),
    schema.createIndex('questions_by_status').on('questions').columns(['project', 'status', 'seq']),
  ],
};

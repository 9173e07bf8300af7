import type { Migration } from '../migrate.ts';

/** What finished runs left behind, apart from `runs`, so that lists do not read long texts. */
export const projectionRunAnswers: Migration = {
  version: 3,
  name: 'run-answers',
  up: (schema) => [
    schema
      .createTable('run_answers')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('answer', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('run_answers_key', ['project', 'run_id']),
  ],
};

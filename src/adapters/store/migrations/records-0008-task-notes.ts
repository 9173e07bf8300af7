import type { Migration } from '../migrate.ts';

/** What people tell the next run of a task. */
export const recordsTaskNotes: Migration = {
  version: 8,
  name: 'task-notes',
  up: (schema) => [
    schema
      .createTable('task_notes')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('task_id', 'text', (column) => column.notNull())
      .addColumn('by', 'text', (column) => column.notNull())
      .addColumn('text', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('told_at', 'bigint')
      .addPrimaryKeyConstraint('task_notes_key', ['project', 'seq']),
    schema
      .createIndex('task_notes_untold')
      .on('task_notes')
      .columns(['project', 'task_id', 'told_at', 'seq']),
  ],
};

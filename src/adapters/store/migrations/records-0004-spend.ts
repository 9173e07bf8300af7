import type { Migration } from '../migrate.ts';

/** What each run cost, in integer micro-dollars. */
export const recordsSpend: Migration = {
  version: 4,
  name: 'spend',
  up: (schema) => [
    schema
      .createTable('spend')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('agent', 'text', (column) => column.notNull())
      .addColumn('day', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('micro_usd', 'bigint', (column) => column.notNull())
      .addColumn('reported_micro_usd', 'bigint')
      .addColumn('computed_micro_usd', 'bigint')
      .addColumn('known', 'integer', (column) => column.notNull())
      .addColumn('surface', 'text', (column) => column.notNull())
      .addColumn('task_id', 'text')
      .addColumn('job_id', 'text')
      .addPrimaryKeyConstraint('spend_key', ['project', 'run_id']),
    schema.createIndex('spend_by_day').on('spend').columns(['project', 'day', 'agent']),
    schema.createIndex('spend_by_agent').on('spend').columns(['project', 'agent', 'at']),
    schema.createIndex('spend_by_task').on('spend').columns(['project', 'task_id']),
    schema.createIndex('spend_by_job').on('spend').columns(['project', 'job_id']),
  ],
};

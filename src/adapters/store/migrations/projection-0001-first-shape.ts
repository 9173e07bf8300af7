import type { SchemaModule } from 'kysely';
import type { Migration } from '../migrate.ts';

/** The first shape of `projection.db`. */
export const projectionFirstShape: Migration = {
  version: 1,
  name: 'first-shape',
  up: (schema) => [...runTables(schema), ...eventTables(schema)],
};

function runTables(schema: SchemaModule) {
  return [
    schema
      .createTable('runs')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('task_id', 'text', (column) => column.notNull())
      .addColumn('task_name', 'text', (column) => column.notNull())
      .addColumn('surface', 'text', (column) => column.notNull())
      .addColumn('queue_name', 'text')
      .addColumn('in_progress_queue', 'text')
      .addColumn('agent', 'text', (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('retry_count', 'integer', (column) => column.notNull())
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('pid', 'integer')
      .addColumn('session_id', 'text')
      .addColumn('argv', 'text', (column) => column.notNull())
      .addColumn('env_keys', 'text', (column) => column.notNull())
      .addColumn('containment', 'text')
      .addColumn('timeout_seconds', 'double precision')
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('spawned_at', 'bigint')
      .addColumn('ended_at', 'bigint')
      .addColumn('last_event_at', 'bigint')
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('outcome', 'text')
      .addColumn('reason', 'text')
      .addColumn('exit_code', 'integer')
      .addColumn('signal', 'text')
      .addColumn('cost_micro_usd', 'bigint')
      .addColumn('output_path', 'text')
      .addColumn('output_bytes', 'bigint', (column) => column.notNull())
      .addColumn('tail', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('runs_key', ['project', 'run_id']),
    schema.createIndex('runs_by_task').on('runs').columns(['project', 'task_id', 'started_at']),
    schema.createIndex('runs_by_status').on('runs').columns(['project', 'status', 'started_at']),
    schema.createIndex('runs_by_start').on('runs').columns(['project', 'started_at']),
    schema
      .createTable('run_prompts')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('prompt', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('run_prompts_key', ['project', 'run_id']),
  ];
}

function eventTables(schema: SchemaModule) {
  return [
    schema
      .createTable('events')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('ts', 'text', (column) => column.notNull())
      .addColumn('task_id', 'text', (column) => column.notNull())
      .addColumn('run_id', 'text')
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('data', 'text', (column) => column.notNull())
      .addColumn('stored_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('events_key', ['project', 'seq']),
    schema.createIndex('events_by_task').on('events').columns(['project', 'task_id', 'seq']),
    schema.createIndex('events_by_run').on('events').columns(['project', 'run_id', 'seq']),
    schema
      .createTable('counters')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('value', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('counters_key', ['project', 'name']),
  ];
}

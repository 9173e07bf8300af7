import type { SchemaModule } from 'kysely';
import type { Migration } from '../migrate.ts';

/** The first shape of `records.db`. */
export const recordsFirstShape: Migration = {
  version: 1,
  name: 'first-shape',
  up: (schema) => [...taskTables(schema), ...commandTables(schema), ...projectTables(schema)],
};

const ofProject = (schema: SchemaModule, table: string) =>
  schema.createTable(table).addColumn('project', 'text', (column) => column.notNull());

function taskTables(schema: SchemaModule) {
  return [
    ofProject(schema, 'task_states')
      .addColumn('task_id', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('token', 'text')
      .addColumn('source_queue', 'text')
      .addColumn('in_progress_queue', 'text')
      .addColumn('retry_count', 'integer', (column) => column.notNull())
      .addColumn('run_count', 'integer', (column) => column.notNull())
      .addColumn('lost_count', 'integer', (column) => column.notNull())
      .addColumn('session_id', 'text')
      .addColumn('blocked_code', 'text')
      .addColumn('blocked_text', 'text')
      .addColumn('anomaly', 'text')
      .addColumn('last_outcome', 'text')
      .addColumn('last_reason', 'text')
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('task_states_key', ['project', 'task_id']),
    schema
      .createIndex('task_states_by_status')
      .on('task_states')
      .columns(['project', 'status', 'updated_at']),
    schema.createIndex('task_states_by_update').on('task_states').columns(['project', 'updated_at']),
  ];
}

function commandTables(schema: SchemaModule) {
  return [
    ofProject(schema, 'effects')
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('begun_at', 'bigint', (column) => column.notNull())
      .addColumn('done_at', 'bigint')
      .addPrimaryKeyConstraint('effects_key', ['project', 'key']),
    schema.createIndex('effects_by_age').on('effects').columns(['project', 'begun_at']),
    ofProject(schema, 'kept_keys')
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('operation', 'text', (column) => column.notNull())
      .addColumn('body_hash', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('answer', 'text')
      .addColumn('workflow_id', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('kept_keys_key', ['project', 'key']),
    schema.createIndex('kept_keys_by_age').on('kept_keys').columns(['project', 'created_at']),
    ofProject(schema, 'texts')
      .addColumn('reference', 'text', (column) => column.notNull())
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addColumn('used_at', 'bigint', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('texts_key', ['project', 'reference']),
    schema.createIndex('texts_by_age').on('texts').columns(['project', 'used_at']),
    ofProject(schema, 'audit')
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('prev_hash', 'text')
      .addColumn('hash', 'text')
      .addPrimaryKeyConstraint('audit_key', ['project', 'seq']),
  ];
}

function projectTables(schema: SchemaModule) {
  return [
    ofProject(schema, 'route_overlays')
      .addColumn('queue_name', 'text', (column) => column.notNull())
      .addColumn('fields', 'text')
      .addColumn('base_hash', 'text')
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('route_overlays_key', ['project', 'queue_name']),
    ofProject(schema, 'counters')
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('value', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('counters_key', ['project', 'name']),
    ofProject(schema, 'governor_states')
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('governor_states_key', ['project']),
    ofProject(schema, 'locks')
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('owner', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('locks_key', ['project', 'name']),
    ofProject(schema, 'hosts')
      .addColumn('host_id', 'text', (column) => column.notNull())
      .addColumn('hostname', 'text', (column) => column.notNull())
      .addColumn('pid', 'integer', (column) => column.notNull())
      .addColumn('boot_id', 'text', (column) => column.notNull())
      .addColumn('slots', 'integer', (column) => column.notNull())
      .addColumn('last_seen', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('hosts_key', ['project', 'host_id']),
  ];
}

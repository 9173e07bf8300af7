import type { SchemaModule } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Jobs, conversations and cached answers. */
export const recordsJobs: Migration = {
  version: 2,
  name: 'jobs',
  up: (schema) => [...jobTable(schema), ...jobTexts(schema), ...cacheTable(schema), ...sessionTable(schema)],
};

const ofProject = (schema: SchemaModule, table: string) =>
  schema.createTable(table).addColumn('project', 'text', (column) => column.notNull());

/** A job is open while it has no `completed_at`; the partial indexes hold the open ones alone and stay small. */
function jobTable(schema: SchemaModule) {
  const index = (name: string, columns: readonly string[]) =>
    schema
      .createIndex(name)
      .on('jobs')
      .columns(['project', ...columns]);
  return [
    ofProject(schema, 'jobs')
      .addColumn('job_id', 'text', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('mode', 'text', (column) => column.notNull())
      .addColumn('agent', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('task', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('started_at', 'bigint')
      .addColumn('completed_at', 'bigint')
      .addColumn('end_seq', 'bigint')
      .addColumn('session_id', 'text', (column) => column.notNull())
      .addColumn('resume', 'integer', (column) => column.notNull())
      .addColumn('run_id', 'text')
      .addColumn('host_id', 'text')
      .addColumn('parent_run_id', 'text')
      .addColumn('task_id', 'text')
      .addColumn('parent_id', 'text')
      .addColumn('cache_key', 'text')
      .addColumn('success', 'integer')
      .addColumn('cost_usd', 'double precision')
      .addColumn('error', 'text')
      .addColumn('error_type', 'text')
      .addColumn('outcome', 'text')
      .addColumn('last_progress', 'text')
      .addColumn('progress_updated_at', 'bigint')
      .addPrimaryKeyConstraint('jobs_key', ['project', 'job_id']),
    index('jobs_by_age', ['created_at', 'seq']),
    index('jobs_by_status', ['status', 'created_at', 'seq']),
    index('jobs_by_agent', ['agent', 'created_at', 'seq']),
    index('jobs_by_agent_status', ['agent', 'status', 'created_at', 'seq']),
    index('jobs_by_completion', ['completed_at', 'job_id']),
    index('jobs_by_end', ['end_seq']),
    index('jobs_by_run', ['run_id']),
    index('jobs_open', ['created_at', 'seq']).where('completed_at', 'is', null),
    index('jobs_open_by_session', ['session_id']).where('completed_at', 'is', null),
    index('jobs_open_by_cache_key', ['cache_key']).unique().where('completed_at', 'is', null),
  ];
}

/** Apart from `jobs`, so that lists and changes of state never touch what may be megabytes. */
function jobTexts(schema: SchemaModule) {
  const texts = (table: string) =>
    ofProject(schema, table)
      .addColumn('job_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint(`${table}_key`, ['project', 'job_id']);
  return [
    texts('job_requests')
      .addColumn('request', 'text', (column) => column.notNull())
      .addColumn('spec', 'text', (column) => column.notNull())
      .addColumn('chain', 'text', (column) => column.notNull()),
    texts('job_results').addColumn('result', 'text').addColumn('error', 'text'),
    texts('job_progress').addColumn('lines', 'text', (column) => column.notNull()),
  ];
}

/** The answer itself is the result of the job named. */
function cacheTable(schema: SchemaModule) {
  return [
    ofProject(schema, 'cached_answers')
      .addColumn('cache_key', 'text', (column) => column.notNull())
      .addColumn('agent', 'text', (column) => column.notNull())
      .addColumn('job_id', 'text', (column) => column.notNull())
      .addColumn('asked_at', 'bigint', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('cached_answers_key', ['project', 'cache_key']),
    schema.createIndex('cached_answers_by_seq').on('cached_answers').columns(['project', 'seq']),
    schema.createIndex('cached_answers_by_expiry').on('cached_answers').columns(['project', 'expires_at']),
    schema.createIndex('cached_answers_by_job').on('cached_answers').columns(['project', 'job_id']),
  ];
}

function sessionTable(schema: SchemaModule) {
  return [
    ofProject(schema, 'sessions')
      .addColumn('session_id', 'text', (column) => column.notNull())
      .addColumn('agent', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_used_at', 'bigint', (column) => column.notNull())
      .addColumn('turns', 'integer', (column) => column.notNull())
      .addColumn('cost_micro_usd', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('sessions_key', ['project', 'session_id']),
    schema.createIndex('sessions_by_use').on('sessions').columns(['project', 'last_used_at']),
  ];
}

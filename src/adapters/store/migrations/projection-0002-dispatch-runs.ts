import type { Migration } from '../migrate.ts';

/** Runs and events may belong to a dispatch instead of a board task. */
export const projectionDispatchRuns: Migration = {
  version: 2,
  name: 'dispatch-runs',
  up: (schema) => [
    schema.alterTable('runs').addColumn('job_id', 'text'),
    schema.createIndex('runs_by_job').on('runs').columns(['project', 'job_id', 'started_at']),
    schema.alterTable('events').addColumn('job_id', 'text'),
    schema.createIndex('events_by_job').on('events').columns(['project', 'job_id', 'seq']),
  ],
};

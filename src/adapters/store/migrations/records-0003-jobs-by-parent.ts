import type { Migration } from '../migrate.ts';

/** The turns of a dialogue and the parts of a parallel are looked up by what they belong to. */
export const recordsJobsByParent: Migration = {
  version: 3,
  name: 'jobs-by-parent',
  up: (schema) => [
    schema
      .createIndex('jobs_by_parent')
      .on('jobs')
      .columns(['project', 'parent_id', 'seq'])
      .where('parent_id', 'is not', null),
  ],
};

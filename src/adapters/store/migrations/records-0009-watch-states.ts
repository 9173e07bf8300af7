import type { Migration } from '../migrate.ts';

/** What a watch of a worker remembers over restarts. */
export const recordsWatchStates: Migration = {
  version: 9,
  name: 'watch-states',
  up: (schema) => [
    schema
      .createTable('watch_states')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('watch_states_key', ['project', 'name']),
  ],
};

import type { Migration } from '../migrate.ts';

/** Sums and the latest rows of a very long list of runs come out of an index alone. */
export const recordsSpendSums: Migration = {
  version: 10,
  name: 'spend-sums',
  up: (schema) => [
    schema.createIndex('spend_sums').on('spend').columns(['project', 'day', 'agent', 'micro_usd']),
    schema.createIndex('spend_by_time').on('spend').columns(['project', 'at', 'run_id']),
    schema.dropIndex('spend_by_day'),
  ],
};

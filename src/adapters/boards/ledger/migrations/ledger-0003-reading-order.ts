import type { Migration } from '../../../store/migrate.ts';

/** Indexes on a table of ai-producer that it does not make itself. */
export const READING_INDEXES = { line: 'tasks_in_line', ended: 'tasks_ended' } as const;

/**
 * Indexes for what pages and reports read again and again, so that it costs the same however long a ledger has been
 * kept. ai-producer's own reads and writes are what they were.
 */
export const ledgerReadingOrder: Migration = {
  version: 3,
  name: 'reading-order',
  up: (schema) => [
    schema
      .createIndex(READING_INDEXES.line)
      .ifNotExists()
      .on('tasks')
      .columns(['status', 'priority', 'created_at']),
    schema.createIndex(READING_INDEXES.ended).ifNotExists().on('tasks').columns(['status', 'finished_at']),
  ],
};

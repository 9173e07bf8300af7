import type { SchemaModule } from 'kysely';
import type { Migration } from '../migrate.ts';

/** What people are told of, and over which channel it went. */
export const recordsNotices: Migration = {
  version: 7,
  name: 'notices',
  up: (schema) => [
    schema
      .createTable('notices')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('notice_id', 'text', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('priority', 'text', (column) => column.notNull())
      .addColumn('tags', 'text', (column) => column.notNull())
      .addColumn('since', 'bigint', (column) => column.notNull())
      .addColumn('closes_at', 'bigint')
      .addColumn('resolved_at', 'bigint')
      .addColumn('written_at', 'bigint')
      .addPrimaryKeyConstraint('notices_key', ['project', 'notice_id']),
    index(schema, 'notices_open', ['key']).unique().where('resolved_at', 'is', null),
    index(schema, 'notices_by_age', ['seq']),
    index(schema, 'notices_by_time', ['since']),
    index(schema, 'notices_unwritten', ['seq']).where('written_at', 'is', null),
    schema
      .createTable('notice_sends')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('notice_id', 'text', (column) => column.notNull())
      .addColumn('message_id', 'text', (column) => column.notNull())
      .addColumn('settled_at', 'bigint')
      .addColumn('sent_at', 'bigint')
      .addColumn('tries', 'integer', (column) => column.notNull())
      .addColumn('next_at', 'bigint', (column) => column.notNull())
      .addColumn('error', 'text')
      .addPrimaryKeyConstraint('notice_sends_key', ['project', 'channel', 'notice_id']),
    sends(schema, 'notice_sends_due', ['next_at']).where('settled_at', 'is', null),
    sends(schema, 'notice_sends_by_time', ['channel', 'sent_at']),
  ],
};

const indexOn = (table: string) => (schema: SchemaModule, name: string, columns: readonly string[]) =>
  schema
    .createIndex(name)
    .on(table)
    .columns(['project', ...columns]);
const index = indexOn('notices');
const sends = indexOn('notice_sends');

import { sql } from 'kysely';
import { DISARMED_WHILE_RUNNING } from '../../../core/policy/audit/governor-changes.ts';
import type { Migration } from '../migrate.ts';

/** The end of each project's chain of audit lines, and what of them somebody should look at. */
export const recordsAuditHeads: Migration = {
  version: 6,
  name: 'audit-heads',
  up: (schema) => [
    schema
      .createTable('audit_heads')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('first_seq', 'bigint', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('audit_heads_key', ['project']),
    schema
      .createIndex('audit_anomalies')
      .on('audit')
      .columns(['project', 'seq'])
      .where(sql<boolean>`action = ${sql.lit(DISARMED_WHILE_RUNNING)}`),
  ],
};

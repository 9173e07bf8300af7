import type { Migration } from '../../../store/migrate.ts';

/** Every registration of a path, and what was answered under a write key. */
export const ledgerAssetsAgain: Migration = {
  version: 2,
  name: 'assets-again',
  up: (schema) => [
    schema
      .createTable('asset_versions')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('path', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('asset_type', 'text', (c) => c.notNull())
      .addColumn('content', 'text', (c) => c.notNull())
      .addUniqueConstraint('asset_versions_of_path', ['path', 'version']),
    schema
      .createTable('ledger_keys')
      .addColumn('key', 'text', (c) => c.primaryKey())
      .addColumn('answer', 'text', (c) => c.notNull()),
  ],
};

import type { Database as SqliteDatabase } from 'better-sqlite3';
import type { Compilable, SchemaModule } from 'kysely';
import { AppError } from '../../core/errors.ts';
import { sqlBuilder } from './query.ts';

/** One step of a database's shape; numbered from 1 without gaps, never changed once released. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly up: (schema: SchemaModule, present: PresentShape) => readonly Compilable[];
}

/** What a file holds already that others have made. */
export interface PresentShape {
  hasTable(table: string): boolean;
  hasColumn(table: string, column: string): boolean;
}

const TABLE = 'schema_migrations';

/** Brings an open database to the newest shape in one transaction; refuses one of a newer version. */
export function migrate(db: SqliteDatabase, migrations: readonly Migration[], nowMs: number): void {
  const newest = migrations.length;
  if (presentVersion(db, newest) === newest) return;
  const { schema } = sqlBuilder<unknown>();
  db.transaction(() => {
    // Read again under the write lock: another process may have migrated meanwhile.
    const present = presentVersion(db, newest);
    db.exec(
      `create table if not exists ${TABLE} (version integer primary key, name text not null, applied_at bigint not null)`,
    );
    const note = db.prepare(`insert into ${TABLE} (version, name, applied_at) values (?, ?, ?)`);
    for (const { version, name, up } of migrations.slice(present)) {
      for (const step of up(schema, shapeOf(db))) db.exec(step.compile().sql);
      note.run(version, name, nowMs);
    }
  }).immediate();
}

function shapeOf(db: SqliteDatabase): PresentShape {
  const columns = db.prepare<[string], string>('select name from pragma_table_info(?)').pluck();
  return {
    hasTable: (table) => columns.get(table) !== undefined,
    hasColumn: (table, column) => columns.all(table).includes(column),
  };
}

function presentVersion(db: SqliteDatabase, newest: number): number {
  const known = db.prepare(`select 1 from sqlite_master where type = 'table' and name = ?`).get(TABLE);
  if (known === undefined) return 0;
  const present = db.prepare(`select coalesce(max(version), 0) from ${TABLE}`).pluck().get() as number;
  if (present > newest) {
    throw new AppError(
      'storage-failed',
      `${db.name} was written by a newer version of dispatch (shape ${present}, this version knows ${newest})`,
      {
        hint: 'Use that newer version, or another state directory.',
        details: { path: db.name, found: present, known: newest },
      },
    );
  }
  return present;
}

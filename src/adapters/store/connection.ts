import type { Database as SqliteDatabase, Statement } from 'better-sqlite3';
import type { Query, Value } from './query.ts';

/** Runs queries inside one `read` or `write` of a database; synchronous, so a transaction is never interleaved. */
export interface Connection {
  all<Args, Row>(query: Query<Args, Row>, args: Args): Row[];
  get<Args, Row>(query: Query<Args, Row>, args: Args): Row | undefined;
  /** Answers how many rows changed. */
  run<Args, Row>(query: Query<Args, Row>, args: Args): number;
}

interface Prepared {
  readonly statement: Statement<Value[], unknown>;
  /** camelCase names of the result's columns. */
  readonly names: readonly string[];
}

/** Binds the queries to one open SQLite database; each is prepared once. */
export function createConnection(db: SqliteDatabase): Connection {
  const prepared = new WeakMap<object, Prepared>();

  function prepare(query: Query<never, unknown>): Prepared {
    const known = prepared.get(query);
    if (known !== undefined) return known;
    const statement = db.prepare<Value[]>(query.sql());
    const names = statement.reader ? statement.columns().map((column) => camelCase(column.name)) : [];
    if (statement.reader) statement.raw(true);
    const made = { statement, names };
    prepared.set(query, made);
    return made;
  }

  return {
    all<Args, Row>(query: Query<Args, Row>, args: Args) {
      const { statement, names } = prepare(query);
      const rows = statement.all(...query.bind(args)) as Value[][];
      return rows.map((row) => toObject(names, row) as Row);
    },
    get<Args, Row>(query: Query<Args, Row>, args: Args) {
      const { statement, names } = prepare(query);
      const row = statement.get(...query.bind(args)) as Value[] | undefined;
      return row === undefined ? undefined : (toObject(names, row) as Row);
    },
    run: (query, args) => prepare(query).statement.run(...query.bind(args)).changes,
  };
}

function toObject(names: readonly string[], row: readonly Value[]): Record<string, Value> {
  const object: Record<string, Value> = {};
  for (let index = 0; index < names.length; index++) {
    object[names[index] as string] = row[index] as Value;
  }
  return object;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

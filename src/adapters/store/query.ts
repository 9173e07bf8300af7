import {
  CamelCasePlugin,
  type Compilable,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

/** What a column can hold: the types that SQLite and Postgres share. */
export type Value = string | number | null;
/** Arguments of a query, by name. */
export type QueryArgs = Readonly<Record<string, Value>>;

/** A query whose text is built once; only its arguments change from call to call. */
export interface Query<Args, Row> {
  sql(): string;
  bind(args: Args): Value[];
  /** Never set: carries the row type. */
  readonly row?: Row;
}

const ARGUMENT = Symbol('argument');
type Placeholder = { readonly [ARGUMENT]: string };

function isPlaceholder(value: unknown): value is Placeholder {
  return typeof value === 'object' && value !== null && ARGUMENT in value;
}

const placeholders = new Proxy({}, { get: (_target, name) => ({ [ARGUMENT]: String(name) }) });

/** Kysely as a typed writer of SQL only: nothing is ever run through it. Columns are snake_case in the file. */
export function sqlBuilder<Tables>(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    plugins: [new CamelCasePlugin()],
  });
}

/** Builds a query at its first use; `build` gets a placeholder for each argument it names. */
export function query<Args extends object, Row>(
  build: (args: { readonly [Name in keyof Args]: Args[Name] }) => Compilable<Row>,
): Query<Args, Row> {
  let compiled: { readonly sql: string; readonly parameters: readonly unknown[] } | undefined;
  const compile = () => {
    compiled ??= build(placeholders as Args).compile();
    return compiled;
  };
  return {
    sql: () => compile().sql,
    bind(args) {
      const values = args as QueryArgs;
      return compile().parameters.map((parameter) =>
        isPlaceholder(parameter) ? argument(values, parameter[ARGUMENT]) : (parameter as Value),
      );
    },
  };
}

function argument(args: QueryArgs, name: string): Value {
  const value = args[name];
  if (value === undefined) throw new Error(`query argument ${name} is missing`);
  return value;
}

/** Some columns of a row, for an insert or an update; spares naming each of them twice. */
export function columnsOf<Row, Name extends keyof Row>(row: Row, names: readonly Name[]): Pick<Row, Name> {
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<Row, Name>;
}

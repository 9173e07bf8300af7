import type { Connection } from './connection.ts';
import { query, sqlBuilder } from './query.ts';

const tables = sqlBuilder<{ counters: { project: string; name: string; value: number } }>();

const find = query((a: { project: string; name: string }) =>
  tables.selectFrom('counters').select('value').where('project', '=', a.project).where('name', '=', a.name),
);

const add = query((a: { project: string; name: string; by: number }) =>
  tables
    .insertInto('counters')
    .values({ project: a.project, name: a.name, value: a.by })
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'name'])
        .doUpdateSet((eb) => ({ value: eb('counters.value', '+', eb.ref('excluded.value')) })),
    )
    .returning('value'),
);

const raise = query((a: { project: string; name: string; value: number }) =>
  tables
    .insertInto('counters')
    .values({ project: a.project, name: a.name, value: a.value })
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'name'])
        .doUpdateSet((eb) => ({ value: eb.ref('excluded.value') }))
        .whereRef('counters.value', '<', 'excluded.value'),
    ),
);

/** A number of a project that only rises. Both databases have such a table. */
export interface Counter {
  read(connection: Connection): number;
  /** Answers the new value; the row stays locked until the transaction ends, so numbers rise in commit order. */
  add(connection: Connection, by: number): number;
  /** Sets it unless it is higher already. */
  raise(connection: Connection, value: number): void;
}

/** Binds one counter of a project. */
export function createCounter(project: string, name: string): Counter {
  return {
    read: (connection) => connection.get(find, { project, name })?.value ?? 0,
    add(connection, by) {
      const row = connection.get(add, { project, name, by });
      if (row === undefined) throw new Error(`counter ${name} gave no value`);
      return row.value;
    },
    raise(connection, value) {
      connection.run(raise, { project, name, value });
    },
  };
}

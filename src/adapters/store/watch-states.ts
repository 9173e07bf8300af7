import type { Records } from '../../core/ports/store.ts';
import { query, sqlBuilder } from './query.ts';
import type { PartConfig } from './store-config.ts';

interface Tables {
  watchStates: { project: string; name: string; state: string; updatedAt: number };
}

const tables = sqlBuilder<Tables>();

const find = query((a: { project: string; name: string }) =>
  tables
    .selectFrom('watchStates')
    .select('state')
    .where('project', '=', a.project)
    .where('name', '=', a.name),
);

const put = query((a: Tables['watchStates']) =>
  tables
    .insertInto('watchStates')
    .values({ project: a.project, name: a.name, state: a.state, updatedAt: a.updatedAt })
    .onConflict((conflict) =>
      conflict.columns(['project', 'name']).doUpdateSet((eb) => ({
        state: eb.ref('excluded.state'),
        updatedAt: eb.ref('excluded.updatedAt'),
      })),
    ),
);

type WatchStates = Pick<Records, 'watchState' | 'keepWatchState'>;

/** What a watch of a worker remembers over restarts, by its name; plain JSON. */
export function createWatchStates({ database, project, now }: PartConfig): WatchStates {
  return {
    async watchState(name) {
      const row = await database.read((connection) => connection.get(find, { project, name }));
      return row === undefined ? null : (JSON.parse(row.state) as unknown);
    },
    async keepWatchState(name, state) {
      const row = { project, name, state: JSON.stringify(state), updatedAt: now() };
      await database.write((connection) => connection.run(put, row));
    },
  };
}

import type { Records } from '../../core/ports/store.ts';
import type { Connection } from './connection.ts';
import { query } from './query.ts';
import { records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

const begin = query((a: { project: string; key: string; at: number }) =>
  records
    .insertInto('effects')
    .values({ project: a.project, key: a.key, state: 'begun', begunAt: a.at, doneAt: null })
    .onConflict((conflict) => conflict.columns(['project', 'key']).doNothing()),
);

const find = query((a: { project: string; key: string }) =>
  records.selectFrom('effects').select('state').where('project', '=', a.project).where('key', '=', a.key),
);

const finish = query((a: { project: string; key: string; at: number }) =>
  records
    .insertInto('effects')
    .values({ project: a.project, key: a.key, state: 'done', begunAt: a.at, doneAt: a.at })
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'key'])
        .doUpdateSet((eb) => ({ state: eb.ref('excluded.state'), doneAt: eb.ref('excluded.doneAt') })),
    ),
);

type Effects = Pick<Records, 'beginEffect' | 'finishEffect'>;

/** Notes inside a write that what goes with it is done; false = it was done before. */
export const isFirst = (
  connection: Connection,
  args: { project: string; key: string; at: number },
): boolean => connection.run(begin, args) === 1 && connection.run(finish, args) === 1;

/** The intent to change the outside world, on disk before the change is made (R-SYS-004). */
export function createEffects({ database, project, now }: PartConfig): Effects {
  return {
    beginEffect: (key) =>
      database.write((connection) => {
        if (connection.run(begin, { project, key, at: now() }) === 1) return 'new';
        return connection.get(find, { project, key })?.state === 'done' ? 'done' : 'maybe-done';
      }),

    async finishEffect(key) {
      await database.write((connection) => connection.run(finish, { project, key, at: now() }));
    },
  };
}

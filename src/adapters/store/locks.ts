import type { Records } from '../../core/ports/store.ts';
import { query } from './query.ts';
import { records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

const take = query((a: { project: string; name: string; owner: string; expiresAt: number; at: number }) =>
  records
    .insertInto('locks')
    .values({ project: a.project, name: a.name, owner: a.owner, expiresAt: a.expiresAt })
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'name'])
        .doUpdateSet((eb) => ({ owner: eb.ref('excluded.owner'), expiresAt: eb.ref('excluded.expiresAt') }))
        .where((eb) =>
          eb.or([eb('locks.owner', '=', eb.ref('excluded.owner')), eb('locks.expiresAt', '<=', a.at)]),
        ),
    ),
);

const drop = query((a: { project: string; name: string; owner: string }) =>
  records
    .deleteFrom('locks')
    .where('project', '=', a.project)
    .where('name', '=', a.name)
    .where('owner', '=', a.owner),
);

type Locks = Pick<Records, 'takeLock' | 'dropLock'>;

/** Named locks over all processes of a project; a dead owner's lock ends by itself. */
export function createLocks({ database, project, now }: PartConfig): Locks {
  return {
    takeLock: (name, owner, forMs) =>
      database.write((connection) => {
        const at = now();
        return connection.run(take, { project, name, owner, expiresAt: at + forMs, at }) === 1;
      }),

    async dropLock(name, owner) {
      await database.write((connection) => connection.run(drop, { project, name, owner }));
    },
  };
}

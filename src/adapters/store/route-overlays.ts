import type { Records, RouteOverlay } from '../../core/ports/store.ts';
import { createCounter } from './counters.ts';
import { query } from './query.ts';
import { records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

const list = query((a: { project: string }) =>
  records
    .selectFrom('routeOverlays')
    .select(['queueName', 'fields', 'baseHash', 'version', 'updatedAt'])
    .where('project', '=', a.project)
    .orderBy('queueName'),
);

const put = query((a: RouteOverlay & { project: string }) =>
  records
    .insertInto('routeOverlays')
    .values({
      project: a.project,
      queueName: a.queueName,
      fields: a.fields,
      baseHash: a.baseHash,
      version: a.version,
      updatedAt: a.updatedAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['project', 'queueName']).doUpdateSet((eb) => ({
        fields: eb.ref('excluded.fields'),
        baseHash: eb.ref('excluded.baseHash'),
        version: eb.ref('excluded.version'),
        updatedAt: eb.ref('excluded.updatedAt'),
      })),
    ),
);

const remove = query((a: { project: string; queueName: string }) =>
  records.deleteFrom('routeOverlays').where('project', '=', a.project).where('queueName', '=', a.queueName),
);

type RouteOverlays = Pick<
  Records,
  'listRouteOverlays' | 'putRouteOverlay' | 'deleteRouteOverlay' | 'routesVersion'
>;

/** Routes made or changed over an API; a version that rises with each change tells other processes (R-ART-109). */
export function createRouteOverlays({ database, project, now }: PartConfig): RouteOverlays {
  const version = createCounter(project, 'routes');
  return {
    listRouteOverlays: () => database.read((connection) => connection.all(list, { project })),

    putRouteOverlay: ({ queueName, fields, baseHash }) =>
      database.write((connection) => {
        const overlay = {
          queueName,
          fields,
          baseHash,
          version: version.add(connection, 1),
          updatedAt: now(),
        };
        connection.run(put, { ...overlay, project });
        return overlay;
      }),

    async deleteRouteOverlay(queueName) {
      await database.write((connection) => {
        if (connection.run(remove, { project, queueName }) > 0) version.add(connection, 1);
      });
    },

    routesVersion: () => database.read((connection) => version.read(connection)),
  };
}

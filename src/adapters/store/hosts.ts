import type { KnownHost, Records } from '../../core/ports/store.ts';
import { query } from './query.ts';
import { records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

const put = query((a: KnownHost & { project: string }) =>
  records
    .insertInto('hosts')
    .values({
      project: a.project,
      hostId: a.hostId,
      hostname: a.hostname,
      pid: a.pid,
      bootId: a.bootId,
      slots: a.slots,
      lastSeen: a.lastSeen,
    })
    .onConflict((conflict) =>
      conflict.columns(['project', 'hostId']).doUpdateSet((eb) => ({
        hostname: eb.ref('excluded.hostname'),
        pid: eb.ref('excluded.pid'),
        bootId: eb.ref('excluded.bootId'),
        slots: eb.ref('excluded.slots'),
        lastSeen: eb.ref('excluded.lastSeen'),
      })),
    ),
);

const list = query((a: { project: string }) =>
  records
    .selectFrom('hosts')
    .select(['hostId', 'hostname', 'pid', 'bootId', 'slots', 'lastSeen'])
    .where('project', '=', a.project)
    .orderBy('hostId'),
);

const forget = query((a: { project: string; hostId: string }) =>
  records.deleteFrom('hosts').where('project', '=', a.project).where('hostId', '=', a.hostId),
);

type Hosts = Pick<Records, 'putHost' | 'listHosts' | 'forgetHost'>;

/** The machines that run this project's agents. */
export function createHosts({ database, project }: PartConfig): Hosts {
  return {
    async putHost(host) {
      await database.write((connection) => connection.run(put, { ...host, project }));
    },
    listHosts: () => database.read((connection) => connection.all(list, { project })),
    forgetHost: (hostId) => database.write((connection) => connection.run(forget, { project, hostId }) === 1),
  };
}

import { LIST_PAGE_MAX } from '../../core/limits.ts';
import { NOTICE_BATCH_MAX } from '../../core/notice-limits.ts';
import type { NoticeBox } from '../../core/ports/notices.ts';
import type { Notice } from '../../core/schema/notice.ts';
import type { Connection } from './connection.ts';
import { createCounter } from './counters.ts';
import { createNoticeSends } from './notices-sends.ts';
import { notices } from './notices-tables.ts';
import { columnsOf, type Query, query } from './query.ts';
import type { PartConfig } from './store-config.ts';

const COLUMNS = [
  ...(['noticeId', 'kind', 'key', 'subject', 'body', 'priority', 'tags'] as const),
  ...(['since', 'resolvedAt', 'closesAt'] as const),
] as const;

/** A partial unique index lets one notice of a key be open. */
const insert = query((a: Notice & { project: string; seq: number }) =>
  notices
    .insertInto('notices')
    .values({ ...columnsOf(a, ['project', 'seq', ...COLUMNS]), writtenAt: null })
    .onConflict((conflict) => conflict.doNothing()),
);

const close = query((a: { project: string; key: string; at: number }) =>
  notices
    .updateTable('notices')
    .set({ resolvedAt: a.at })
    .where('project', '=', a.project)
    .where('key', '=', a.key)
    .where('resolvedAt', 'is', null),
);

const isOpen = query((a: { project: string; key: string }) =>
  notices
    .selectFrom('notices')
    .select('noticeId')
    .where('project', '=', a.project)
    .where('key', '=', a.key)
    .where('resolvedAt', 'is', null),
);

const anyDue = query((a: { project: string; now: number }) =>
  notices
    .selectFrom('notices')
    .select('noticeId')
    .where('project', '=', a.project)
    .where('resolvedAt', 'is', null)
    .where('closesAt', '<=', a.now)
    .limit(1),
);

const closeDue = query((a: { project: string; now: number }) =>
  notices
    .updateTable('notices')
    .set((eb) => ({ resolvedAt: eb.ref('closesAt') }))
    .where('project', '=', a.project)
    .where('resolvedAt', 'is', null)
    .where('closesAt', '<=', a.now),
);

interface ListArgs {
  readonly project: string;
  readonly limit: number;
}

const listOf = (open: boolean | undefined) =>
  query((a: ListArgs) => {
    let list = notices.selectFrom('notices').select(COLUMNS).where('project', '=', a.project);
    if (open !== undefined) list = list.where('resolvedAt', open ? 'is' : 'is not', null);
    return list.orderBy('seq', 'desc').limit(a.limit);
  });

const all = listOf(undefined);
const openOnes = listOf(true);
const resolvedOnes = listOf(false);
const listFor = (open: boolean | undefined) => (open === undefined ? all : open ? openOnes : resolvedOnes);

const find = query((a: { project: string; noticeId: string }) =>
  notices
    .selectFrom('notices')
    .select(COLUMNS)
    .where('project', '=', a.project)
    .where('noticeId', '=', a.noticeId),
);

const unwritten = query((a: ListArgs) =>
  notices
    .selectFrom('notices')
    .select(COLUMNS)
    .where('project', '=', a.project)
    .where('writtenAt', 'is', null)
    .orderBy('seq')
    .limit(a.limit),
);

const markWritten = query((a: { project: string; noticeId: string; at: number }) =>
  notices
    .updateTable('notices')
    .set({ writtenAt: a.at })
    .where('project', '=', a.project)
    .where('noticeId', '=', a.noticeId),
);

const dropOld = query((a: { project: string; before: number }) =>
  notices
    .deleteFrom('notices')
    .where('project', '=', a.project)
    .where('resolvedAt', '<', a.before)
    .where('writtenAt', 'is not', null),
);

type Write = (connection: Connection) => boolean;

/** Notices and what of them went where: the outbox of `records.db` (R-PROD-080). */
export function createNoticeBox(config: PartConfig): NoticeBox {
  const { database, project } = config;
  const order = createCounter(project, 'notices');
  const sends = createNoticeSends(config);
  // Looking costs no disk, and most of the time there is nothing to write.
  const finds = <Args>(what: Query<Args, unknown>, args: Args): Promise<boolean> =>
    database.read((connection) => connection.get(what, args) !== undefined);
  const when = async <Args>(what: Query<Args, unknown>, args: Args, write: Write): Promise<boolean> =>
    (await finds(what, args)) && (await database.write(write));
  const unless = async <Args>(what: Query<Args, unknown>, args: Args, write: Write): Promise<boolean> =>
    !(await finds(what, args)) && (await database.write(write));
  return {
    ...sends,
    open: (notice) =>
      unless(isOpen, { project, key: notice.key }, (connection) => {
        const row = { ...notice, project, resolvedAt: null, seq: order.add(connection, 1) };
        return connection.run(insert, row) === 1;
      }),

    close: (key, at) =>
      when(isOpen, { project, key }, (connection) => connection.run(close, { project, key, at }) === 1),

    closeDue: (at) =>
      when(anyDue, { project, now: at }, (connection) => connection.run(closeDue, { project, now: at }) > 0),

    list: ({ open, limit }) =>
      database.read((connection) =>
        connection.all(listFor(open), { project, limit: Math.min(Math.max(0, limit), LIST_PAGE_MAX) }),
      ),

    get: (noticeIds) =>
      database.read((connection) =>
        noticeIds.flatMap((noticeId) => connection.get(find, { project, noticeId }) ?? []),
      ),

    unwritten: (limit) =>
      database.read((connection) =>
        connection.all(unwritten, { project, limit: Math.min(limit, NOTICE_BATCH_MAX) }),
      ),

    async markWritten(noticeIds, at) {
      await database.write((connection) => {
        for (const noticeId of noticeIds) connection.run(markWritten, { project, noticeId, at });
      });
    },

    prune: (before) =>
      database.write((connection) => {
        const gone = connection.run(dropOld, { project, before });
        sends.dropOrphans(connection);
        return gone;
      }),
  };
}

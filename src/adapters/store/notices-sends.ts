import { sql } from 'kysely';
import { NOTICE_BATCH_MAX } from '../../core/notice-limits.ts';
import type { NoticeBox, NoticeMessage } from '../../core/ports/notices.ts';
import type { Connection } from './connection.ts';
import { notices } from './notices-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

const unsent = query((a: { project: string; channel: string; since: number; urgent: string }) =>
  notices
    .selectFrom('notices')
    .leftJoin('noticeSends', (join) =>
      join
        .onRef('noticeSends.project', '=', 'notices.project')
        .onRef('noticeSends.noticeId', '=', 'notices.noticeId')
        .on('noticeSends.channel', '=', a.channel),
    )
    .selectAll('notices')
    .where('notices.project', '=', a.project)
    .where('notices.since', '>=', a.since)
    .where('noticeSends.noticeId', 'is', null)
    .orderBy(
      sql`notices.priority = 'urgent' or notices.kind in (select value from json_each(${a.urgent}))`,
      'desc',
    )
    .orderBy('notices.seq')
    .limit(NOTICE_BATCH_MAX),
);

const enclose = query((a: { project: string; channel: string; noticeId: string; messageId: string }) =>
  notices
    .insertInto('noticeSends')
    .values({
      ...{ project: a.project, channel: a.channel, noticeId: a.noticeId, messageId: a.messageId },
      ...{ settledAt: null, sentAt: null, tries: 0, nextAt: 0, error: null },
    })
    .onConflict((conflict) => conflict.doNothing()),
);

const due = query((a: { project: string; channel: string; now: number }) =>
  notices
    .selectFrom('noticeSends')
    .select(['messageId', 'noticeId', 'tries'])
    .where('project', '=', a.project)
    .where('channel', '=', a.channel)
    .where('settledAt', 'is', null)
    .where('nextAt', '<=', a.now)
    .orderBy('nextAt')
    .limit(NOTICE_BATCH_MAX),
);

interface Settled {
  readonly project: string;
  readonly channel: string;
  readonly messageId: string;
  readonly settledAt: number | null;
  readonly sentAt: number | null;
  readonly nextAt: number;
  readonly error: string | null;
}

const settle = query((a: Settled) =>
  notices
    .updateTable('noticeSends')
    .set((eb) => ({
      ...{ settledAt: a.settledAt, sentAt: a.sentAt, nextAt: a.nextAt, error: a.error },
      tries: eb('tries', '+', 1),
    }))
    .where('project', '=', a.project)
    .where('channel', '=', a.channel)
    .where('messageId', '=', a.messageId),
);

const sentSince = query((a: { project: string; channel: string; since: number }) =>
  notices
    .selectFrom('noticeSends')
    .select((eb) => eb.fn.count<number>('messageId').distinct().as('count'))
    .where('project', '=', a.project)
    .where('channel', '=', a.channel)
    .where('sentAt', '>=', a.since),
);

const nextTry = query((a: { project: string }) =>
  notices
    .selectFrom('noticeSends')
    .select((eb) => eb.fn.min<number | null>('nextAt').as('at'))
    .where('project', '=', a.project)
    .where('settledAt', 'is', null),
);

const orphans = query((a: { project: string }) =>
  notices
    .deleteFrom('noticeSends')
    .where('project', '=', a.project)
    .where('noticeId', 'not in', (known) =>
      known.selectFrom('notices').select('noticeId').where('project', '=', a.project),
    ),
);

type Sends = Pick<
  NoticeBox,
  'unsent' | 'enclose' | 'dueMessages' | 'settleMessage' | 'sentSince' | 'nextTryAt'
>;

/** What of the notices went over which channel. */
export function createNoticeSends({
  database,
  project,
  now,
}: PartConfig): Sends & { dropOrphans(connection: Connection): void } {
  return {
    unsent: (channel, since, urgent = []) =>
      database.read((connection) =>
        connection
          .all(unsent, { project, channel, since, urgent: JSON.stringify(urgent) })
          .map(({ project: _, seq: __, writtenAt: ___, ...notice }) => notice),
      ),

    async enclose(channel, messageId, noticeIds) {
      await database.write((connection) => {
        for (const noticeId of noticeIds) connection.run(enclose, { project, channel, noticeId, messageId });
      });
    },

    dueMessages: (channel, at) =>
      database.read((connection) => gather(connection.all(due, { project, channel, now: at }))),

    async settleMessage(channel, messageId, result) {
      const row = {
        ...{ project, channel, messageId },
        settledAt: result.kind === 'retry' ? null : now(),
        sentAt: result.kind === 'sent' ? now() : null,
        nextAt: result.kind === 'retry' ? result.nextAt : 0,
        error: result.kind === 'sent' ? null : result.error,
      };
      await database.write((connection) => connection.run(settle, row));
    },

    sentSince: (channel, since) =>
      database.read((connection) => connection.get(sentSince, { project, channel, since })?.count ?? 0),

    nextTryAt: () => database.read((connection) => connection.get(nextTry, { project })?.at ?? null),

    dropOrphans(connection) {
      connection.run(orphans, { project });
    },
  };
}

/** The notices of one message belong together. */
function gather(
  rows: readonly { readonly messageId: string; readonly noticeId: string; readonly tries: number }[],
): NoticeMessage[] {
  const messages = new Map<string, { messageId: string; noticeIds: string[]; tries: number }>();
  for (const { messageId, noticeId, tries } of rows) {
    const known = messages.get(messageId);
    if (known === undefined) messages.set(messageId, { messageId, noticeIds: [noticeId], tries });
    else known.noticeIds.push(noticeId);
  }
  return [...messages.values()];
}

import { AUDIT_DETAIL_BYTES_MAX } from '../../core/limits.ts';
import type { AuditEntry, Records } from '../../core/ports/store.ts';
import { createCounter } from './counters.ts';
import { query } from './query.ts';
import { type RecordsTables, records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

const append = query((a: Omit<RecordsTables['audit'], 'prevHash' | 'hash'>) =>
  records.insertInto('audit').values({
    project: a.project,
    seq: a.seq,
    at: a.at,
    channel: a.channel,
    actor: a.actor,
    action: a.action,
    subject: a.subject,
    detail: a.detail,
    prevHash: null,
    hash: null,
  }),
);

const list = query((a: { project: string; limit: number }) =>
  records
    .selectFrom('audit')
    .select(['seq', 'at', 'channel', 'actor', 'action', 'subject', 'detail'])
    .where('project', '=', a.project)
    .orderBy('seq', 'desc')
    .limit(a.limit),
);

type Audit = Pick<Records, 'appendAudit' | 'listAudit'>;

/** Who changed what over which channel, numbered without gaps and never pruned. */
export function createAudit({ database, project }: PartConfig): Audit {
  const counter = createCounter(project, 'audit');
  return {
    async appendAudit({ at, channel, actor, action, subject, detail }) {
      const row = { project, at, channel, actor, action, subject, detail: detailText(detail) };
      await database.write((connection) =>
        connection.run(append, { ...row, seq: counter.add(connection, 1) }),
      );
    },

    /** Newest first. */
    async listAudit(limit) {
      const rows = await database.read((connection) =>
        connection.all(list, { project, limit: Math.max(0, limit) }),
      );
      return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as AuditEntry['detail'] }));
    },
  };
}

/** A detail that is too long is replaced, not refused: the change it tells of has happened. */
function detailText(detail: AuditEntry['detail']): string {
  const text = JSON.stringify(detail);
  const bytes = Buffer.byteLength(text);
  return bytes <= AUDIT_DETAIL_BYTES_MAX ? text : JSON.stringify({ omitted: 'too long', bytes });
}

import { sql } from 'kysely';
import { ANOMALIES_SHOWN_MAX } from '../../core/limits.ts';
import { DISARMED_WHILE_RUNNING } from '../../core/policy/audit/governor-changes.ts';
import type { AuditEntry, AuditRow, Records } from '../../core/ports/store.ts';
import { createAuditChain } from './audit-chain.ts';
import { createAuditQueue } from './audit-queue.ts';
import { isFirst } from './effects.ts';
import { query } from './query.ts';
import { records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

const COLUMNS = ['seq', 'at', 'channel', 'actor', 'action', 'subject', 'detail'] as const;

const list = query((a: { project: string; limit: number }) =>
  records
    .selectFrom('audit')
    .select(COLUMNS)
    .where('project', '=', a.project)
    .orderBy('seq', 'desc')
    .limit(a.limit),
);

const page = query((a: { project: string; seq: number; limit: number }) =>
  records
    .selectFrom('audit')
    .select(['project', ...COLUMNS, 'prevHash', 'hash'])
    .where('project', '=', a.project)
    .where('seq', '>', a.seq)
    .orderBy('seq')
    .limit(a.limit),
);

/** Literally as the partial index has it: with a bound value SQLite would not see that it fits. */
const anomalies = query((a: { project: string; since: number; limit: number }) =>
  records
    .selectFrom('audit')
    .select(COLUMNS)
    .where('project', '=', a.project)
    .where(sql<boolean>`action = ${sql.lit(DISARMED_WHILE_RUNNING)}`)
    .where('at', '>=', a.since)
    .orderBy('seq', 'desc')
    .limit(a.limit),
);

type Audit = Pick<
  Records,
  'appendAudit' | 'appendAuditOnce' | 'listAudit' | 'listAnomalies' | 'readAuditChain' | 'auditHead'
>;

/** Who changed what over which channel, numbered without gaps, chained by hashes and never pruned. */
export function createAudit({ database, project, now }: PartConfig): Audit {
  const chain = createAuditChain(project);
  const toEntry = (row: Omit<AuditRow, 'detail'> & { detail: string }): AuditRow => ({
    ...row,
    detail: JSON.parse(row.detail) as AuditEntry['detail'],
  });
  return {
    appendAudit: createAuditQueue((entries) =>
      database.write((connection) => {
        for (const entry of entries) chain.append(connection, entry);
      }),
    ),

    appendAuditOnce: (key, entry) =>
      database.write((connection) => {
        if (isFirst(connection, { project, key, at: now() })) chain.append(connection, entry);
      }),

    /** Newest first. */
    async listAudit(limit) {
      const rows = await database.read((connection) =>
        connection.all(list, { project, limit: Math.max(0, limit) }),
      );
      return rows.map(toEntry);
    },

    async listAnomalies(since) {
      const rows = await database.read((connection) =>
        connection.all(anomalies, { project, since, limit: ANOMALIES_SHOWN_MAX }),
      );
      return rows.map(toEntry);
    },

    readAuditChain: ({ seq, limit }) =>
      database.read((connection) => connection.all(page, { project, seq, limit })),

    auditHead: () => database.read((connection) => chain.head(connection)),
  };
}

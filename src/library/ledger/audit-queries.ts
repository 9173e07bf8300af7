import { sql } from 'kysely';
import { ledger } from '../../adapters/boards/ledger/ledger-tables.ts';
import type { Connection } from '../../adapters/store/connection.ts';
import { query } from '../../adapters/store/query.ts';
import type { AuditRow } from './audit-logger.ts';

const last = query((a: { action: string }) =>
  ledger.selectFrom('auditLog').selectAll().where('action', '=', a.action).orderBy('id', 'desc').limit(1),
);
const count = query((a: { action: string; sinceId: number; cause: string | null }) =>
  ledger
    .selectFrom('auditLog')
    .select(sql<number>`count(*)`.as('count'))
    .where('action', '=', a.action)
    .where('id', '>', a.sinceId)
    .where(sql<boolean>`(${a.cause} is null or json_extract(detail, '$.caused_by_task_id') = ${a.cause})`),
);

/** The newest row of this action. */
export function lastAuditEvent(connection: Connection, action: string): AuditRow | null {
  const row = connection.get(last, { action });
  if (row === undefined) return null;
  const { id, agentOwner, taskId, detail, costUsd, timestamp } = row;
  return { id, agent_owner: agentOwner, task_id: taskId, action, detail, cost_usd: costUsd, timestamp };
}

/** How many rows of this action there are. */
export const countAuditEvents = (
  connection: Connection,
  filter: { readonly action: string; readonly sinceId: number; readonly cause: string | null },
): number => connection.get(count, filter)?.count ?? 0;

import { sql } from 'kysely';
import { LIST_PAGE_MAX } from '../../../core/limits.ts';
import type { LedgerAuditRow, LedgerPage, LedgerTaskRow } from '../../../core/ports/ledger-page.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import type { LedgerAccess } from './lazy-ledger.ts';
import { type LedgerStatus, type LedgerTables, ledger, type TaskRow } from './ledger-tables.ts';
import { taskRecord } from './task-record.ts';
import { byTime } from './times.ts';

const tasks = ledger.selectFrom('tasks').selectAll('tasks');
const running = query((a: { limit: number }) =>
  tasks.where('status', '=', 'in_progress').orderBy('startedAt').limit(a.limit),
);
const pending = query((a: { limit: number }) =>
  tasks
    .where('status', '=', 'pending')
    .orderBy('priority')
    .orderBy('createdAt')
    .orderBy(sql.ref('tasks.rowid'))
    .limit(a.limit),
);
const ENDED: readonly LedgerStatus[] = ['done', 'failed', 'escalated', 'killed'];
/** Of one status: of several at once SQLite would sort all that ever ended. */
const endedAs = query((a: { status: LedgerStatus; limit: number }) =>
  tasks.where('status', '=', a.status).orderBy('finishedAt', 'desc').limit(a.limit),
);
const one = query((a: { id: string }) => tasks.where('id', '=', a.id));
const newest = query((a: { limit: number }) =>
  ledger.selectFrom('auditLog').selectAll().orderBy('id', 'desc').limit(a.limit),
);
const ofTask = query((a: { id: string; limit: number }) =>
  ledger.selectFrom('auditLog').selectAll().where('taskId', '=', a.id).orderBy('id').limit(a.limit),
);

/** What a page over a ledger file shows, read in one look each. */
export function createPage({ read }: Pick<LedgerAccess, 'read'>): LedgerPage {
  return {
    queue: (limit) =>
      read((c) => ({
        running: c.all(running, { limit: LIST_PAGE_MAX }).map(toRow),
        pending: c.all(pending, { limit }).map(toRow),
        recent: latestEnded(c, limit).map(toRow),
      })),
    audit: (limit) => read((c) => c.all(newest, { limit }).map(toAudit)),
    task: (taskId) =>
      read((c) => {
        const row = c.get(one, { id: taskId });
        if (row === undefined) return null;
        return { task: toRow(row), audit: c.all(ofTask, { id: taskId, limit: LIST_PAGE_MAX }).map(toAudit) };
      }),
  };
}

/** What ended last, however it ended. */
const latestEnded = (connection: Connection, limit: number): TaskRow[] =>
  ENDED.flatMap((status) => connection.all(endedAs, { status, limit }))
    .sort((a, b) => byTime(b.finishedAt ?? '', a.finishedAt ?? ''))
    .slice(0, limit);

const toRow = (row: TaskRow): LedgerTaskRow => ({ ...taskRecord(row) });

const toAudit = (row: LedgerTables['auditLog']): LedgerAuditRow => ({
  id: row.id,
  ts: row.timestamp,
  action: row.action,
  agent_owner: row.agentOwner,
  task_id: row.taskId,
  detail: row.detail,
  cost_usd: row.costUsd,
});

import { sql } from 'kysely';
import { LIST_PAGE_MAX } from '../../../core/limits.ts';
import type { LedgerAuditRow, LedgerPage, LedgerTaskRow } from '../../../core/ports/ledger-page.ts';
import { query } from '../../store/query.ts';
import type { LedgerAccess } from './lazy-ledger.ts';
import { type LedgerStatus, type LedgerTables, ledger, type TaskRow } from './ledger-tables.ts';
import { taskRecord } from './task-record.ts';

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
const recent = query((a: { limit: number }) =>
  tasks.where('status', 'in', ENDED).orderBy('finishedAt', 'desc').limit(a.limit),
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
        recent: c.all(recent, { limit }).map(toRow),
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

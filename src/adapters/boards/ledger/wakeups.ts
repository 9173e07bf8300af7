import { sql } from 'kysely';
import { WAKEUP_ROLE, type Wakeup } from '../../../core/policy/idle/wakeup.ts';
import type { WakeupResult } from '../../../core/ports/ledger-journal.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { appendEvent, PRODUCER } from './audit.ts';
import { insertTask } from './insert-task.ts';
import { ledger } from './ledger-tables.ts';

/** More rows than this say nothing new: the counter needs the latest only. */
const ROWS_READ_MAX = 500;
const JUDGED_AT_ONCE_MAX = 20;

const open = query((a: { role: string }) =>
  ledger
    .selectFrom('tasks')
    .select('id')
    .where('agentOwner', '=', a.role)
    .where('status', 'in', ['pending', 'in_progress'])
    .limit(1),
);

const verdicts = query((_: object) =>
  ledger
    .selectFrom('auditLog')
    .select(['action', 'detail', 'taskId'])
    .where('action', 'in', ['idle_wakeup_verdict', 'task_completed', 'kill_switch_toggled'])
    .orderBy('id', 'desc')
    .limit(ROWS_READ_MAX),
);

const dispatched = query((_: object) =>
  ledger
    .selectFrom('auditLog')
    .select('taskId')
    .where('action', '=', 'idle_wakeup_dispatched')
    .where('taskId', 'is not', null)
    .orderBy('id', 'desc')
    .limit(ROWS_READ_MAX),
);

/** Wake-ups of ours: only what was filed as one, done, and without a verdict. */
const unjudged = query((_: object) =>
  ledger
    .selectFrom('auditLog')
    .innerJoin('tasks', 'tasks.id', 'auditLog.taskId')
    .select('tasks.id')
    .where('auditLog.action', '=', 'idle_wakeup_dispatched')
    .where('tasks.status', '=', 'done')
    .where(
      sql<boolean>`not exists (select 1 from audit_log as v where v.action = 'idle_wakeup_verdict' and v.task_id = tasks.id)`,
    )
    .orderBy('auditLog.id')
    .limit(JUDGED_AT_ONCE_MAX),
);

const filed = query((a: { taskId: string }) =>
  ledger
    .selectFrom('auditLog')
    .select(sql<number>`count(*)`.as('count'))
    .where('action', '=', 'task_inserted')
    .where(sql<string>`json_extract(detail, '$.caused_by_task_id')`, '=', a.taskId),
);

const answer = query((a: { taskId: string }) =>
  ledger
    .selectFrom('taskRuns')
    .select('text')
    .where('taskId', '=', a.taskId)
    .orderBy('endedAt', 'desc')
    .limit(1),
);

/** Puts a wake-up in line with its audit rows, in one write; null = one is in line or at work already. */
export function fileWakeup(connection: Connection, wakeup: Wakeup): string | null {
  if (connection.get(open, { role: wakeup.role }) !== undefined) return null;
  const taskId = insertTask(connection, { ...wakeup, priority: 0 });
  appendEvent(connection, {
    ...{ agentOwner: PRODUCER, action: 'idle_wakeup_dispatched', taskId },
    detail: { task_id: taskId },
  });
  return taskId;
}

/** Counts back from the newest row to the first that means work or a turned brake (R-PROD-102). */
export function consecutiveDone(connection: Connection): number {
  let count = 0;
  const wakeups = new Set(connection.all(dispatched, {}).map(({ taskId }) => taskId));
  for (const { action, detail, taskId } of connection.all(verdicts, {})) {
    const { verdict, agent_owner: agent } = JSON.parse(detail) as { verdict?: string; agent_owner?: string };
    if (action === 'kill_switch_toggled' || verdict === 'queued') return count;
    if (verdict === 'done') count += 1;
    else if (action === 'task_completed' && agent !== WAKEUP_ROLE && !wakeups.has(taskId)) return count;
  }
  return count;
}

/** The latest wake-ups, whatever became of them. */
export const latestWakeups = (connection: Connection): readonly string[] =>
  connection.all(dispatched, {}).map(({ taskId }) => taskId ?? '');

/** What finished wake-ups filed and said. */
export function unjudgedWakeups(connection: Connection): readonly WakeupResult[] {
  return connection.all(unjudged, {}).map(({ id: taskId }) => ({
    taskId,
    tasksQueued: connection.get(filed, { taskId })?.count ?? 0,
    text: connection.get(answer, { taskId })?.text ?? '',
  }));
}

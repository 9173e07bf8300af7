import { sql } from 'kysely';
import type { WakeupResult } from '../../../core/ports/ledger-journal.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { appendEvent, PRODUCER } from './audit.ts';
import { insertTask } from './insert-task.ts';
import { ledger } from './ledger-tables.ts';

const TITLE = 'Idle wake-up: review and re-queue';
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
    .select(['action', 'detail'])
    .where('action', 'in', ['idle_wakeup_verdict', 'task_completed', 'kill_switch_toggled'])
    .orderBy('id', 'desc')
    .limit(ROWS_READ_MAX),
);

/** Wake-ups of ours: only what was filed as one, done, and without a verdict. */
const unjudged = query((a: { role: string }) =>
  ledger
    .selectFrom('auditLog')
    .innerJoin('tasks', 'tasks.id', 'auditLog.taskId')
    .select('tasks.id')
    .where('auditLog.action', '=', 'idle_wakeup_dispatched')
    .where('tasks.agentOwner', '=', a.role)
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
export function fileWakeup(
  connection: Connection,
  { role, idlePolls }: { readonly role: string; readonly idlePolls: number },
): string | null {
  if (connection.get(open, { role }) !== undefined) return null;
  const description = [
    `Nothing was left to do for ${idlePolls} polls in a row.`,
    'Look at what the project is for, at the ledger and at the code. If goals are open, file the tasks that lead there;',
    'they count as yours when you file them during this run. If all goals are met, say so and stop.',
  ].join(' ');
  const payload = { trigger: 'idle_threshold', idle_polls: idlePolls };
  const taskId = insertTask(connection, { role, title: TITLE, description, payload, priority: 0 });
  appendEvent(connection, {
    ...{ agentOwner: PRODUCER, action: 'idle_wakeup_dispatched', taskId },
    detail: { task_id: taskId },
  });
  return taskId;
}

/** Counts back from the newest row to the first that means work or a turned brake (R-PROD-102). */
export function consecutiveDone(connection: Connection): number {
  let count = 0;
  for (const { action, detail } of connection.all(verdicts, {})) {
    const { verdict, agent_owner: agent } = JSON.parse(detail) as { verdict?: string; agent_owner?: string };
    if (action === 'kill_switch_toggled' || verdict === 'queued') return count;
    if (verdict === 'done') count += 1;
    else if (action === 'task_completed' && agent !== 'wakeup') return count;
  }
  return count;
}

/** What finished wake-ups filed and said. */
export function unjudgedWakeups(connection: Connection, role: string): readonly WakeupResult[] {
  return connection.all(unjudged, { role }).map(({ id: taskId }) => ({
    taskId,
    tasksQueued: connection.get(filed, { taskId })?.count ?? 0,
    text: connection.get(answer, { taskId })?.text ?? '',
  }));
}

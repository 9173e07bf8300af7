import { sql } from 'kysely';
import { AppError } from '../../../core/errors.ts';
import { FILED_CHAIN_MAX, FILED_PER_RUN_MAX } from '../../../core/ledger-limits.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import type { NewLedgerTask } from './insert-task.ts';
import { ledger } from './ledger-tables.ts';
import { findTask } from './read-tasks.ts';

/** The role that is woken when nothing is left to do (R-PROD-101). */
const WAKEUP = 'wakeup';

const filedBy = query((a: { runId: string }) =>
  ledger.selectFrom('taskExtras').select(sql<number>`count(*)`.as('count')).where('filedByRun', '=', a.runId),
);
const twin = query((a: { role: string; title: string; description: string; payload: string }) =>
  ledger
    .selectFrom('tasks')
    .select('id')
    .where('agentOwner', '=', a.role)
    .where('status', 'in', ['pending', 'in_progress'])
    .where('title', '=', a.title)
    .where('description', '=', a.description)
    .where('payload', '=', a.payload)
    .limit(1),
);
const parentOf = query((a: { id: string }) =>
  ledger.selectFrom('tasks').select('parentTaskId').where('id', '=', a.id),
);

/** What agents may file by themselves (R-PROD-024); people and programs are free but for a wake-up that wakes itself. */
export function checkFiling(connection: Connection, task: NewLedgerTask): void {
  const { filedBy: run, role } = task;
  const cause = run?.taskId ?? task.causedByTaskId;
  if (role === WAKEUP && cause !== undefined && findTask(connection, cause)?.agentOwner === WAKEUP) {
    throw new AppError(
      'conflict',
      `a ${WAKEUP} task caused by another one (${cause}) is refused: wake-up recursion is forbidden.`,
    );
  }
  if (run === undefined) return;
  if ((connection.get(filedBy, { runId: run.runId })?.count ?? 0) >= FILED_PER_RUN_MAX)
    throw tooMany(`this run has filed ${FILED_PER_RUN_MAX} tasks already`);
  if (chainLength(connection, run.taskId) >= FILED_CHAIN_MAX)
    throw tooMany(`each filed by the one before, ${FILED_CHAIN_MAX} tasks stand behind this one`);
  refuseTwin(connection, task);
}

const tooMany = (problem: string): AppError =>
  new AppError('conflict', `not filed: ${problem}`, { hint: 'a person can file it: dispatch task file' });

/** A task filed twice by the same words is one too many. */
function refuseTwin(connection: Connection, { role, title, description, payload = {} }: NewLedgerTask): void {
  const same = connection.get(twin, { role, title, description, payload: JSON.stringify(payload) });
  if (same === undefined) return;
  throw new AppError('already-exists', `task ${same.id} says the same and is not done yet`, {
    details: { taskId: same.id },
  });
}

function chainLength(connection: Connection, taskId: string): number {
  let length = 1;
  for (let id: string | null = taskId; id !== null && length <= FILED_CHAIN_MAX; length += 1) {
    const row: { parentTaskId: string | null } | undefined = connection.get(parentOf, { id });
    id = row?.parentTaskId ?? null;
  }
  return length - 1;
}

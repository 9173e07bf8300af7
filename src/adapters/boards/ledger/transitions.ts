import { sql } from 'kysely';
import { AppError } from '../../../core/errors.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { appendEvent, PRODUCER } from './audit.ts';
import { type LedgerStatus, ledger } from './ledger-tables.ts';
import { type Place, queueOf } from './queue-names.ts';
import type { LedgerTask } from './read-tasks.ts';
import { isoSeconds } from './times.ts';

/** Where tasks go from each status: what has ended comes back only by being requeued (R-PROD-023). */
const NEXT: Readonly<Record<LedgerStatus, readonly LedgerStatus[]>> = {
  pending: ['pending', 'in_progress', 'done', 'failed', 'escalated', 'killed'],
  in_progress: ['pending', 'done', 'failed', 'escalated', 'killed'],
  done: ['pending'],
  failed: ['pending', 'done', 'escalated', 'killed'],
  escalated: ['pending', 'done', 'failed', 'killed'],
  killed: ['pending'],
};

interface Change {
  readonly id: string;
  readonly fromRole: string;
  readonly fromStatus: string;
  readonly role: string;
  readonly status: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly retryCount: number;
  readonly reason: string | null;
}

/** Guarded: a task that is not where it was seen is left alone. */
const change = query((a: Change) =>
  ledger
    .updateTable('tasks')
    .set({
      agentOwner: a.role,
      status: a.status as LedgerStatus,
      startedAt: a.startedAt,
      finishedAt: a.finishedAt,
      retryCount: a.retryCount,
      escalationReason: a.reason,
    })
    .where('id', '=', a.id)
    .where('agentOwner', '=', a.fromRole)
    .where('status', '=', a.fromStatus as LedgerStatus),
);

const moved = query((a: { taskId: string; token: string | null; assignees: string }) =>
  ledger
    .insertInto('taskExtras')
    .values({
      ...{ taskId: a.taskId, labels: '[]', assignees: a.assignees, claimToken: a.token },
      ...{ createdBy: null, filedByRun: null },
      movedSeq: sql<number>`(select coalesce(max(moved_seq), 0) + 1 from task_extras)`,
    })
    .onConflict((conflict) =>
      conflict.column('taskId').doUpdateSet((eb) => ({
        claimToken: eb.ref('excluded.claimToken'),
        assignees: eb.ref('excluded.assignees'),
        movedSeq: eb.ref('excluded.movedSeq'),
      })),
    ),
);

/** What goes with a move. */
export interface Transition {
  readonly to: Place;
  readonly token?: string;
  readonly assignees?: readonly string[];
  /** Why, where the task keeps a reason. */
  readonly reason?: string | null;
  readonly retryCount?: number;
  /** What is written down of it; absent = `task_moved`. */
  readonly events?: readonly TransitionEvent[];
  readonly now?: number;
}

/** A row of the audit chain that a move leaves behind. */
export interface TransitionEvent {
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly costUsd?: number;
}

/**
 * Moves a task with its audit rows in one transaction. Throws `conflict` where the status does not allow it; false:
 * somebody else has moved it meanwhile.
 */
export function transition(connection: Connection, task: LedgerTask, to: Transition): boolean {
  const { now = Date.now() } = to;
  const from: Place = { role: task.agentOwner, status: task.status };
  if (!NEXT[from.status].includes(to.to.status)) throw refused(task, to.to);
  const changed = connection.run(change, {
    ...{ id: task.id, fromRole: from.role, fromStatus: from.status, ...to.to },
    ...timesOf(task, to.to.status, isoSeconds(now)),
    retryCount: to.retryCount ?? task.retryCount,
    reason: to.reason === undefined ? task.escalationReason : to.reason,
  });
  if (changed === 0) return false;
  const assignees = to.assignees === undefined ? (task.assignees ?? '[]') : JSON.stringify(to.assignees);
  connection.run(moved, { taskId: task.id, token: to.token ?? null, assignees });
  const plain = { action: 'task_moved', detail: { from: queueOf(from), to: queueOf(to.to) } };
  for (const event of to.events ?? [plain])
    appendEvent(connection, { agentOwner: PRODUCER, taskId: task.id, ...event }, now);
  return true;
}

/** Begun when it is taken up, ended when it is over, neither when it is back in line. */
function timesOf(task: LedgerTask, status: LedgerStatus, now: string) {
  if (status === 'pending') return { startedAt: null, finishedAt: null };
  if (status === 'in_progress') return { startedAt: now, finishedAt: null };
  return { startedAt: task.startedAt, finishedAt: now };
}

function refused(task: LedgerTask, to: Place): AppError {
  return new AppError('conflict', `Task ${task.id} is ${task.status} and cannot become ${to.status}`, {
    hint: `move it back to the queue ${JSON.stringify(to.role)} first`,
    details: { taskId: task.id, status: task.status },
  });
}

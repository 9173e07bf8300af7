import { AppError, invalidInput } from '../../../core/errors.ts';
import type { ClaimRequest, MoveNote } from '../../../core/ports/board.ts';
import type { Connection } from '../../store/connection.ts';
import { keepDecision } from './decisions.ts';
import { blockOf } from './dependencies.ts';
import { listOf } from './json-columns.ts';
import { queueOf } from './queue-names.ts';
import { findTask, type LedgerTask } from './read-tasks.ts';
import { type Configured, knownPlace } from './roles.ts';
import { effectsOf } from './run-events.ts';
import { transition } from './transitions.ts';

/** The task, or `task-not-found`. */
export function existingTask(connection: Connection, taskId: string): LedgerTask {
  const task = findTask(connection, taskId);
  if (task !== undefined) return task;
  throw new AppError('task-not-found', `Task ${JSON.stringify(taskId.slice(0, 100))} not found`, {
    details: { taskId },
  });
}

const queueNow = (task: LedgerTask): string => queueOf({ role: task.agentOwner, status: task.status });

/** A task, where it goes, and why. */
interface Move extends MoveNote {
  readonly taskId: string;
  /** Absent = wherever it is. */
  readonly from?: string;
  readonly to: string;
}

/** A move by anybody to a queue; already there is a no-op. */
export function moveTask(
  connection: Connection,
  configured: Configured,
  { taskId, from, to, ...note }: Move,
): boolean {
  const task = existingTask(connection, taskId);
  const place = knownPlace(connection, configured, to);
  if (from !== undefined && queueNow(task) !== from) return false;
  if (queueNow(task) === to) return true;
  return transition(connection, task, { to: place, ...effectsOf(connection, task, { to: place, note }) });
}

/**
 * Compare-and-set pick-up (R-PROD-021): in one transaction with its audit row, for a pending task only when nothing it
 * depends on is open. The same token finds its own claim again.
 */
export function claimTask(
  connection: Connection,
  configured: Configured,
  { taskId, from, to, token, assignee }: ClaimRequest & { readonly taskId: string },
): boolean {
  const task = existingTask(connection, taskId);
  const place = knownPlace(connection, configured, to);
  if (place.status !== 'in_progress')
    invalidInput(
      'to',
      `a ledger takes tasks up into "${place.role}:in_progress"`,
      'set in_progress_queue to it',
    );
  if (queueNow(task) !== from) return queueNow(task) === to && task.claimToken === token;
  if (task.status === 'pending' && blockOf(connection, task) !== null) return false;
  const assignees = listOf(task.assignees);
  const all = assignee === undefined || assignees.includes(assignee) ? assignees : [...assignees, assignee];
  // What has ended and is watched by a route is taken up once more: it goes through its role's line.
  const detail = { task_id: taskId, title: task.title, agent_owner: place.role, run_id: token };
  const taken = takeUp(connection, task, {
    to: place,
    token,
    assignees: all,
    events: [{ action: 'dispatch', detail }],
  });
  if (taken) noteDispatch(connection, task, place.role);
  return taken;
}

type TakeUp = Parameters<typeof transition>[2];

function takeUp(connection: Connection, task: LedgerTask, claim: TakeUp): boolean {
  if (task.status === 'pending' || task.status === 'in_progress') return transition(connection, task, claim);
  const back = { role: task.agentOwner, status: 'pending' } as const;
  const requeued = transition(connection, task, {
    to: back,
    ...effectsOf(connection, task, { to: back, note: {} }),
  });
  return requeued && transition(connection, { ...task, status: 'pending' }, claim);
}

function noteDispatch(connection: Connection, { id, title }: LedgerTask, role: string): void {
  keepDecision(connection, {
    ...{ taskId: id, agentOwner: 'producer', kind: 'dispatch' },
    decisionText: `Gave '${title.slice(0, 200)}' to ${role}`,
    rationale: `it is owned by ${role} and nothing it depends on is open`,
  });
}

import { sql } from 'kysely';
import { ledgerPlace } from '../../../core/policy/roles/place.ts';
import type { ReadyTask, Task, TaskComment } from '../../../core/schema/task.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { blockOf, dependenciesOf, READY } from './dependencies.ts';
import { listOf, payloadOf } from './json-columns.ts';
import { ledger, type TaskExtraRow, type TaskRow } from './ledger-tables.ts';
import { type Place, placeOf, queueOf } from './queue-names.ts';
import { byTime } from './times.ts';

/** A task as the file holds it, with what we keep beside it. */
export type LedgerTask = TaskRow & {
  [Name in keyof Omit<TaskExtraRow, 'taskId'>]: TaskExtraRow[Name] | null;
};

const joined = ledger.selectFrom('tasks').leftJoin('taskExtras', 'taskExtras.taskId', 'tasks.id');

const find = query((a: { id: string }) =>
  joined
    .selectAll('tasks')
    .select([...(['labels', 'assignees', 'claimToken', 'createdBy', 'filedByRun', 'movedSeq'] as const)])
    .where('tasks.id', '=', a.id),
);
const comments = query((a: { id: string }) =>
  ledger.selectFrom('taskComments').selectAll().where('taskId', '=', a.id).orderBy('seq'),
);

/** To SQLite: as many as there are. */
const ALL = -1;

/**
 * Pending tasks of a role in the order of R-PROD-030: priority, then age, then insertion. For several roles at once
 * SQLite would sort them all, first.
 */
const pendingOf = (onlyReady: boolean) =>
  query((a: { role: string; limit: number }) => {
    const all = ledger
      .selectFrom('tasks')
      .select(['id', 'title', 'agentOwner', 'status', 'priority', 'createdAt'])
      .select(sql<number>`tasks.rowid`.as('seq'))
      .where('status', '=', 'pending')
      .where('agentOwner', '=', a.role);
    const some = onlyReady ? all.where(READY) : all;
    return some.orderBy('priority').orderBy('createdAt').orderBy(sql.ref('tasks.rowid')).limit(a.limit);
  });
const ready = pendingOf(true);
const pending = pendingOf(false);

/** All other tasks in the order in which they came there. */
const elsewhere = query((a: Place) =>
  joined
    .select(['id', 'title', 'agentOwner', 'status'])
    .where('status', '=', a.status)
    .where('agentOwner', '=', a.role)
    .orderBy(sql`coalesce(finished_at, started_at, created_at)`)
    .orderBy('movedSeq')
    .orderBy(sql.ref('tasks.rowid')),
);

/** The task, or undefined. */
export const findTask = (connection: Connection, id: string): LedgerTask | undefined =>
  connection.get(find, { id }) as LedgerTask | undefined;

const owners = query((_: object) =>
  ledger.selectFrom('tasks').select('agentOwner').distinct().where('status', '=', 'pending'),
);

/** Everyone who owns a pending task. */
export const allRoles = (connection: Connection): readonly string[] =>
  connection.all(owners, {}).map(({ agentOwner }) => agentOwner);

/** The tasks of one place in order, blocked ones among them. */
export function listPlace(connection: Connection, place: Place): ReadyTask[] {
  const rows =
    place.status === 'pending'
      ? connection.all(pending, { role: place.role, limit: ALL })
      : connection.all(elsewhere, place);
  return rows.map(toReady);
}

/**
 * What can be taken up: the roles' tasks stand in one order over all of them, blocked ones are left out. At most `limit`
 * of those, the blocked ones not counted (R-PROD-030).
 */
export function readyTasks(
  connection: Connection,
  queueNames: readonly string[],
  limit: number = ALL,
): ReadyTask[] {
  const places = [...new Set(queueNames)].map(placeOf);
  const roles = places.filter(({ status }) => status === 'pending').map(({ role }) => role);
  let given = false;
  return places.flatMap((place) => {
    if (place.status !== 'pending') return listPlace(connection, place);
    if (given) return [];
    given = true;
    return inLine(connection, roles, limit);
  });
}

function inLine(connection: Connection, roles: readonly string[], limit: number): ReadyTask[] {
  const rows = roles.flatMap((role) => connection.all(ready, { role, limit }));
  if (roles.length > 1)
    rows.sort((a, b) => a.priority - b.priority || byTime(a.createdAt, b.createdAt) || a.seq - b.seq);
  return (limit === ALL ? rows : rows.slice(0, limit)).map((row) => ({
    ...toReady(row),
    place: ledgerPlace(row.priority, row.createdAt, row.seq),
  }));
}

/** The same queues with the tasks that wait for others, and for which. */
export function allTasks(connection: Connection, queueNames: readonly string[]): ReadyTask[] {
  return queueNames.flatMap((queueName) => {
    const place = placeOf(queueName);
    if (place.status !== 'pending') return listPlace(connection, place);
    const given = new Set(readyTasks(connection, [queueName]).map(({ id }) => id));
    return listPlace(connection, place).map((task) => {
      const row = given.has(task.id) ? undefined : findTask(connection, task.id);
      const text = row && blockOf(connection, row)?.text;
      return text === undefined ? task : { ...task, blocked: text };
    });
  });
}

interface Listed {
  readonly id: string;
  readonly title: string;
  readonly agentOwner: string;
  readonly status: TaskRow['status'];
}

const toReady = ({ id, title, agentOwner, status }: Listed): ReadyTask => ({
  ...{ id, name: title },
  queueName: queueOf({ role: agentOwner, status }),
});

/** The task as the core sees it. */
export function toTask(connection: Connection, row: LedgerTask): Task {
  const block = row.status === 'pending' ? blockOf(connection, row) : null;
  return {
    id: row.id,
    name: row.title,
    description: row.description,
    labels: listOf(row.labels),
    assignees: listOf(row.assignees),
    comments: connection.all(comments, { id: row.id }).map(toComment),
    checklist: [],
    queueName: queueOf({ role: row.agentOwner, status: row.status }),
    ...(row.status === 'in_progress' && row.claimToken !== null ? { claimToken: row.claimToken } : {}),
    ...(block === null ? {} : { blocked: block }),
    ledger: factsOf(row),
  };
}

function factsOf(row: LedgerTask): NonNullable<Task['ledger']> {
  return {
    role: row.agentOwner,
    status: row.status,
    parentTaskId: row.parentTaskId,
    dependencies: [...dependenciesOf(row)],
    payload: payloadOf(row.payload),
    outputRefs: listOf(row.outputRefs),
    priority: row.priority,
    sprintId: row.sprintId,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    retryCount: row.retryCount,
    escalationReason: row.escalationReason,
    costUsd: row.costUsd,
    actualCostUsd: row.actualCostUsd,
    configIsolation: row.configIsolation,
  };
}

interface CommentRow {
  readonly id: string;
  readonly text: string;
  readonly author: string | null;
  readonly createdAt: string;
}

const toComment = ({ id, text, author, createdAt }: CommentRow): TaskComment => ({
  ...{ id, text },
  ...(author === null ? {} : { author }),
  created_at: createdAt,
});

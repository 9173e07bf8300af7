import { sql } from 'kysely';
import { invalidInput } from '../../../core/errors.ts';
import { TASK_DEPENDENCIES_MAX } from '../../../core/ledger-limits.ts';
import type { Task } from '../../../core/schema/task.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { listOf } from './json-columns.ts';
import { type LedgerStatus, ledger, type TaskRow } from './ledger-tables.ts';

/** A column that is no JSON list counts as none, as it does for ai-producer's empty column. */
const LIST = sql`case when json_valid(tasks.dependencies) then tasks.dependencies else '[]' end`;

/**
 * Condition of a pending task that can be taken up: every task it depends on is done (R-PROD-098). Most depend on none;
 * theirs is not taken apart.
 */
export const READY = sql<boolean>`(coalesce(tasks.dependencies, '[]') = '[]' or not exists (
  select 1 from json_each(${LIST}) as needed
  left join tasks as other on other.id = needed.value
  where other.status is null or other.status <> 'done'))`;

/**
 * Condition of a pending task that waits for what will not come unless somebody steps in. ai-producer lets a task be
 * `failed` for a moment before it puts it in line again.
 */
export const HOPELESS = sql<boolean>`exists (
  select 1 from json_each(${LIST}) as needed
  left join tasks as other on other.id = needed.value
  where other.status is null or other.status in ('escalated', 'killed')
    or (other.status = 'failed' and other.finished_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-60 seconds')))`;

/** Statuses from which a task comes back only by a person's hand. */
export const DEAD: readonly LedgerStatus[] = ['failed', 'escalated', 'killed'];

const states = query((a: { ids: string }) =>
  ledger
    .selectFrom('tasks')
    .select(['id', 'status', 'title'])
    .where('id', 'in', sql<string[]>`(select value from json_each(${a.ids}))` as never),
);

/** Ids of the tasks this one waits for. */
export const dependenciesOf = ({ dependencies }: Pick<TaskRow, 'dependencies'>): readonly string[] =>
  listOf(dependencies);

/** A dependency that is not done. */
export interface OpenDependency {
  readonly id: string;
  /** Null = there is no such task. */
  readonly status: LedgerStatus | null;
}

/** Those of these tasks that are not done. */
export function openDependencies(connection: Connection, ids: readonly string[]): readonly OpenDependency[] {
  if (ids.length === 0) return [];
  const found = new Map(
    connection.all(states, { ids: JSON.stringify(ids) }).map(({ id, status }) => [id, status]),
  );
  return ids.map((id) => ({ id, status: found.get(id) ?? null })).filter(({ status }) => status !== 'done');
}

/** Will this dependency never be done unless somebody steps in? */
export const isDead = ({ status }: OpenDependency): boolean => status === null || DEAD.includes(status);

/** Why a pending task is not given out; null = it is. */
export function blockOf(connection: Connection, row: Pick<TaskRow, 'dependencies'>): Task['blocked'] | null {
  const open = openDependencies(connection, dependenciesOf(row));
  const first = open.find(isDead) ?? open[0];
  if (first === undefined) return null;
  const more = open.length > 1 ? ` and ${open.length - 1} more` : '';
  return { code: 'dependencies', text: `it depends on ${stateText(first)}${more}` };
}

/** A dependency and what is the matter with it, in words. */
export function stateText({ id, status }: OpenDependency): string {
  if (status === null) return `task ${id}, which does not exist: it would wait for ever`;
  const waits = `task ${id}, which is ${status}`;
  return DEAD.includes(status) ? `${waits}: it waits until somebody brings that one back` : waits;
}

const listsOf = query((a: { ids: string }) =>
  ledger
    .selectFrom('tasks')
    .select('dependencies')
    .where('id', 'in', sql<string[]>`(select value from json_each(${a.ids}))` as never),
);

/** Everything these tasks wait for, step by step; loops that exist already end. */
function allNeeded(connection: Connection, ids: readonly string[]): ReadonlySet<string> {
  const seen = new Set(ids);
  let step = [...seen];
  while (step.length > 0) {
    const lists = connection.all(listsOf, { ids: JSON.stringify(step) });
    step = [...new Set(lists.flatMap(dependenciesOf))].filter((id) => !seen.has(id));
    for (const id of step) seen.add(id);
  }
  return seen;
}

/** Refuses dependencies that do not exist, and those that wait for the task itself (R-PROD-098). */
export function checkDependencies(
  connection: Connection,
  taskId: string,
  dependencies: readonly string[],
): void {
  const field = 'dependencies';
  if (dependencies.length > TASK_DEPENDENCIES_MAX)
    invalidInput(field, `has ${dependencies.length} entries, ${TASK_DEPENDENCIES_MAX} are allowed`);
  if (dependencies.includes(taskId)) invalidInput(field, `task ${taskId} cannot depend on itself`);
  const missing = openDependencies(connection, dependencies).filter(({ status }) => status === null);
  if (missing.length > 0)
    invalidInput(
      field,
      `no task ${missing.map(({ id }) => JSON.stringify(id)).join(', ')}`,
      'create what it depends on first',
    );
  if (allNeeded(connection, dependencies).has(taskId))
    invalidInput(field, `task ${taskId} would wait for itself`, 'leave out what depends on it');
}

import type { TaskId } from '../../core/ids.ts';
import { LIST_PAGE_MAX } from '../../core/limits.ts';
import { mayMatter, taskChange } from '../../core/policy/audit/task-change.ts';
import type { ChangeNote, Records } from '../../core/ports/store.ts';
import type { TaskState } from '../../core/schema/run-record.ts';
import { createAuditChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';
import { columnsOf, type Query, query } from './query.ts';
import { type RecordsTables, records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

type Row = RecordsTables['taskStates'];
type Column = Exclude<keyof TaskState, 'taskId'>;

const FRESH: Omit<TaskState, 'taskId' | 'updatedAt'> = {
  status: 'waiting',
  token: null,
  sourceQueue: null,
  inProgressQueue: null,
  retryCount: 0,
  runCount: 0,
  lostCount: 0,
  sessionId: null,
  blockedCode: null,
  blockedText: null,
  anomaly: null,
  lastOutcome: null,
  lastReason: null,
};
const COLUMNS = [...(Object.keys(FRESH) as Column[]), 'updatedAt' as const];

const find = query((a: { project: string; taskId: string }) =>
  records
    .selectFrom('taskStates')
    .select(['taskId', ...COLUMNS])
    .where('project', '=', a.project)
    .where('taskId', '=', a.taskId),
);

/** One query per set of changed columns; the code base has a handful of such sets. */
const upserts = new Map<string, Query<Row, unknown>>();

function upsertOf(changed: readonly Column[]): Query<Row, unknown> {
  const shape = changed.join();
  const known = upserts.get(shape);
  if (known !== undefined) return known;
  const made = query((a: Row) =>
    records
      .insertInto('taskStates')
      .values(columnsOf(a, ['project', 'taskId', ...COLUMNS]))
      .onConflict((conflict) =>
        conflict
          .columns(['project', 'taskId'])
          .doUpdateSet((eb) => Object.fromEntries(changed.map((name) => [name, eb.ref(`excluded.${name}`)]))),
      ),
  );
  upserts.set(shape, made);
  return made;
}

interface PageFilter {
  readonly status?: readonly TaskState['status'][];
  readonly taskIds: readonly TaskId[];
  readonly limit: number;
}

function listOf(project: string, filter: PageFilter) {
  let list = records
    .selectFrom('taskStates')
    .select(['taskId', ...COLUMNS])
    .where('project', '=', project)
    .where('taskId', 'in', filter.taskIds);
  if (filter.status !== undefined) list = list.where('status', 'in', filter.status);
  return query(() => list.orderBy('updatedAt', 'desc').orderBy('taskId').limit(filter.limit));
}

/** Asked at every look at the board. */
const byStatus = new Map<string, ReturnType<typeof statusListOf>>();

function statusListOf(status: readonly TaskState['status'][] | undefined) {
  return query((a: { project: string; limit: number }) => {
    const all = records
      .selectFrom('taskStates')
      .select(['taskId', ...COLUMNS])
      .where('project', '=', a.project);
    const list = status === undefined ? all : all.where('status', 'in', status);
    return list.orderBy('updatedAt', 'desc').orderBy('taskId').limit(a.limit);
  });
}

function cachedList(status: readonly TaskState['status'][] | undefined) {
  const shape = status?.join() ?? '';
  const list = byStatus.get(shape) ?? statusListOf(status);
  byStatus.set(shape, list);
  return list;
}

type TaskStates = Pick<
  Records,
  'getTaskState' | 'putTaskState' | 'noteTaskState' | 'putTaskStates' | 'listTaskStates'
>;

/** What is known about board tasks between runs (R-ART-074). */
export function createTaskStates({ database, project, now }: PartConfig): TaskStates {
  const trail = createAuditChain(project);
  const put = (connection: Connection, taskId: TaskId, patch: Partial<TaskState>): void => {
    const given = { ...patch, updatedAt: patch.updatedAt ?? now() };
    const changed = COLUMNS.filter((name) => given[name] !== undefined);
    const set = Object.fromEntries(changed.map((name) => [name, given[name]]));
    connection.run(upsertOf(changed), { ...FRESH, ...set, project, taskId } as Row);
  };
  const putAudited = (
    connection: Connection,
    taskId: TaskId,
    { patch, note }: { readonly patch: Partial<TaskState>; readonly note?: ChangeNote | undefined },
  ): void => {
    if (mayMatter(patch)) {
      const before = connection.get(find, { project, taskId }) ?? { ...FRESH, status: null };
      const entry = taskChange(before, { ...patch, taskId }, { at: now(), note });
      if (entry !== null) trail.append(connection, entry);
    }
    put(connection, taskId, patch);
  };
  return {
    getTaskState: (taskId) =>
      database.read((connection) => connection.get(find, { project, taskId }) ?? null),

    async putTaskState(taskId, patch, note) {
      await database.write((connection) => putAudited(connection, taskId, { patch, note }));
    },

    async noteTaskState(taskId, patch, note) {
      await database.note((connection) =>
        note === undefined ? put(connection, taskId, patch) : putAudited(connection, taskId, { patch, note }),
      );
    },

    async putTaskStates(patches) {
      if (patches.size === 0) return;
      await database.write((connection) => {
        for (const [taskId, patch] of patches) putAudited(connection, taskId, { patch });
      });
    },

    /** Latest change first. */
    async listTaskStates(filter) {
      if (filter.status?.length === 0 || filter.limit <= 0) return [];
      if (filter.taskIds === undefined) {
        const { status, limit } = filter;
        return await database.read((connection) => connection.all(cachedList(status), { project, limit }));
      }
      const found: TaskState[] = [];
      for (
        let start = 0;
        start < filter.taskIds.length && found.length < filter.limit;
        start += LIST_PAGE_MAX
      ) {
        const page = { ...filter, taskIds: filter.taskIds.slice(start, start + LIST_PAGE_MAX) };
        const limit = filter.limit - found.length;
        found.push(
          ...(await database.read((connection) => connection.all(listOf(project, { ...page, limit }), {}))),
        );
      }
      return found;
    },
  };
}

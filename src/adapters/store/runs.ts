import { sql } from 'kysely';
import { LIST_PAGE_MAX, LISTED_PROMPT_LENGTH_MAX } from '../../core/limits.ts';
import type { Projection, RunFilter } from '../../core/ports/store.ts';
import type { RunRecord } from '../../core/schema/run-record.ts';
import { NO_TASK, type ProjectionTables, projection } from './projection-tables.ts';
import { columnsOf, type Query, query } from './query.ts';
import type { PartConfig } from './store-config.ts';

type Row = ProjectionTables['runs'];
type Column = Exclude<keyof Row, 'project' | 'runId'>;

const COLUMNS = [
  ...([
    'taskId',
    'jobId',
    'taskName',
    'surface',
    'queueName',
    'inProgressQueue',
    'agent',
    'attempt',
  ] as const),
  ...(['retryCount', 'hostId', 'pid', 'sessionId', 'argv', 'envKeys', 'containment'] as const),
  ...(['timeoutSeconds', 'startedAt', 'spawnedAt', 'endedAt', 'lastEventAt', 'status'] as const),
  ...(['outcome', 'reason', 'exitCode', 'signal', 'costMicroUsd', 'outputPath'] as const),
  ...(['outputBytes', 'tail'] as const),
] satisfies readonly Column[];

const put = query((a: Row) =>
  projection
    .insertInto('runs')
    .values(columnsOf(a, ['project', 'runId', ...COLUMNS]))
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'runId'])
        .doUpdateSet((eb) => Object.fromEntries(COLUMNS.map((name) => [name, eb.ref(`excluded.${name}`)]))),
    ),
);

const putPrompt = query((a: ProjectionTables['runPrompts']) =>
  projection
    .insertInto('runPrompts')
    .values({ project: a.project, runId: a.runId, prompt: a.prompt })
    .onConflict((conflict) =>
      conflict.columns(['project', 'runId']).doUpdateSet((eb) => ({ prompt: eb.ref('excluded.prompt') })),
    ),
);

/** One query per set of patched columns. */
const patches = new Map<string, Query<Row, unknown>>();

function patchOf(changed: readonly Column[]): Query<Row, unknown> {
  const shape = changed.join();
  const known = patches.get(shape);
  if (known !== undefined) return known;
  const made = query((a: Row) =>
    projection
      .updateTable('runs')
      .set(columnsOf(a, changed))
      .where('project', '=', a.project)
      .where('runId', '=', a.runId),
  );
  patches.set(shape, made);
  return made;
}

const found = projection
  .selectFrom('runs')
  .leftJoin('runPrompts', (join) =>
    join.onRef('runPrompts.project', '=', 'runs.project').onRef('runPrompts.runId', '=', 'runs.runId'),
  )
  .select('runs.runId')
  .select(COLUMNS.map((name) => `runs.${name}` as const));

const find = query((a: { project: string; runId: string }) =>
  found
    .select((eb) => eb.fn.coalesce('runPrompts.prompt', sql.lit('')).as('prompt'))
    .where('runs.project', '=', a.project)
    .where('runs.runId', '=', a.runId),
);

const listed = found.select((eb) =>
  eb.fn
    .coalesce(
      eb.fn<string>('substr', ['runPrompts.prompt', sql.lit(1), sql.lit(LISTED_PROMPT_LENGTH_MAX)]),
      sql.lit(''),
    )
    .as('prompt'),
);

interface ListArgs {
  readonly project: string;
  readonly taskId: string;
  readonly jobId: string;
  readonly status: string;
  readonly limit: number;
}

function listOf(filter: RunFilter) {
  return query((a: ListArgs) => {
    let list = listed.where('runs.project', '=', a.project);
    if (filter.taskId !== undefined) list = list.where('runs.taskId', '=', a.taskId);
    if (filter.jobId !== undefined) list = list.where('runs.jobId', '=', a.jobId);
    if (filter.status !== undefined) list = list.where('runs.status', '=', a.status as Row['status']);
    return list.orderBy('runs.startedAt', 'desc').orderBy('runs.runId').limit(a.limit);
  });
}
type ListedRow = { prompt: string; runId: string } & Omit<Row, 'project' | 'runId'>;
const lists = new Map<string, ReturnType<typeof listOf>>();

function cachedList(filter: RunFilter) {
  const { taskId, jobId, status } = filter;
  const shape = JSON.stringify([taskId, jobId, status].map((field) => field !== undefined));
  const list = lists.get(shape) ?? listOf(filter);
  lists.set(shape, list);
  return list;
}

const toRecord = (row: ListedRow): RunRecord => ({
  ...row,
  taskId: row.taskId === NO_TASK ? null : row.taskId,
  argv: JSON.parse(row.argv) as string[],
  envKeys: JSON.parse(row.envKeys) as string[],
});

type Runs = Pick<Projection, 'putRun' | 'patchRun' | 'getRun' | 'listRuns'>;

/** Agent runs as people see them (R-ART-051, R-SYS-025). */
export function createRuns({ database, project }: PartConfig): Runs {
  return {
    async putRun({ prompt, argv, envKeys, taskId, ...rest }) {
      const row = {
        ...rest,
        taskId: taskId ?? NO_TASK,
        project,
        argv: JSON.stringify(argv),
        envKeys: JSON.stringify(envKeys),
      };
      await database.write((connection) => {
        connection.run(put, row);
        connection.run(putPrompt, { project, runId: row.runId, prompt });
      });
    },

    /** An unknown run is passed over: the projection may have been lost since. */
    async patchRun(runId, { prompt, argv, envKeys, taskId, ...rest }) {
      const row = {
        ...rest,
        ...(taskId === undefined ? {} : { taskId: taskId ?? NO_TASK }),
        ...(argv === undefined ? {} : { argv: JSON.stringify(argv) }),
        ...(envKeys === undefined ? {} : { envKeys: JSON.stringify(envKeys) }),
      };
      const changed = COLUMNS.filter((name) => row[name] !== undefined);
      await database.write((connection) => {
        if (changed.length > 0) connection.run(patchOf(changed), { ...row, project, runId } as Row);
        if (prompt !== undefined) connection.run(putPrompt, { project, runId, prompt });
      });
    },

    async getRun(runId) {
      const row = await database.read((connection) => connection.get(find, { project, runId }));
      return row === undefined ? null : toRecord(row);
    },

    /** Prompts are cut to 4 KiB here: a page of whole ones could be gigabytes. */
    async listRuns(filter) {
      const args = {
        project,
        taskId: filter.taskId ?? '',
        jobId: filter.jobId ?? '',
        status: filter.status ?? '',
        limit: Math.min(Math.max(0, filter.limit), LIST_PAGE_MAX),
      };
      const rows = await database.read((connection) => connection.all(cachedList(filter), args));
      return rows.map(toRecord);
    },
  };
}

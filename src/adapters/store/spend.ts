import type { RunId } from '../../core/ids.ts';
import type { Spend, SpendFilter, SpendRow, SpendTotals } from '../../core/ports/spend.ts';
import type { Connection } from './connection.ts';
import { columnsOf, query } from './query.ts';
import { type RecordsTables, records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

type Row = RecordsTables['spend'];

const COLUMNS = [
  ...(['runId', 'agent', 'day', 'at', 'microUsd', 'reportedMicroUsd', 'computedMicroUsd'] as const),
  ...(['known', 'surface', 'taskId', 'jobId'] as const),
] as const;

/** A reservation gives way to what the run is known to have cost; nothing else is ever overwritten. */
const book = query((a: Row) =>
  records
    .insertInto('spend')
    .values(columnsOf(a, ['project', ...COLUMNS]))
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'runId'])
        .doUpdateSet((eb) => ({
          at: eb.ref('excluded.at'),
          microUsd: eb.ref('excluded.microUsd'),
          reportedMicroUsd: eb.ref('excluded.reportedMicroUsd'),
          computedMicroUsd: eb.ref('excluded.computedMicroUsd'),
          known: eb.ref('excluded.known'),
        }))
        .whereRef('spend.known', '<', 'excluded.known'),
    ),
);

const find = query((a: { project: string; runId: RunId }) =>
  records.selectFrom('spend').select(COLUMNS).where('project', '=', a.project).where('runId', '=', a.runId),
);

/** Each set of filters is a query of its own; there is a handful. */
function listOf(project: string, { day, agent, taskId, jobId, limit }: SpendFilter) {
  let rows = records.selectFrom('spend').select(COLUMNS).where('project', '=', project);
  if (day !== undefined) rows = rows.where('day', '=', day);
  if (agent !== undefined) rows = rows.where('agent', '=', agent);
  if (taskId !== undefined) rows = rows.where('taskId', '=', taskId);
  if (jobId !== undefined) rows = rows.where('jobId', '=', jobId);
  return query(() => rows.orderBy('at', 'desc').orderBy('runId').limit(Math.max(0, limit)));
}

const ofDay = query((a: { project: string; day: string }) =>
  records
    .selectFrom('spend')
    .select((eb) => ['agent', eb.fn.sum<number>('microUsd').as('microUsd')])
    .where('project', '=', a.project)
    .where('day', '=', a.day)
    .groupBy('agent'),
);

const ofSurface = query((a: { project: string; day: string; surface: SpendRow['surface'] }) =>
  records
    .selectFrom('spend')
    .select((eb) => ['agent', eb.fn.sum<number>('microUsd').as('microUsd')])
    .where('project', '=', a.project)
    .where('day', '=', a.day)
    .where('surface', '=', a.surface)
    .groupBy('agent'),
);

/** Days are texts that sort as the days themselves do. */
const between = query((a: { project: string; from: string; to: string }) =>
  records
    .selectFrom('spend')
    .select((eb) => eb.fn.sum<number>('microUsd').as('microUsd'))
    .where('project', '=', a.project)
    .where('day', '>=', a.from)
    .where('day', '<', a.to),
);

const rowOf = (row: Omit<Row, 'project'>): SpendRow => ({ ...row, known: row.known === 1 });

/** What runs have cost; a run counts once however often it is booked. */
export function createSpend({ database, project }: PartConfig): Spend {
  return {
    bookSpend: (row) =>
      database.write((connection) => {
        connection.run(book, { ...row, project, known: row.known ? 1 : 0 });
        const kept = connection.get(find, { project, runId: row.runId });
        return kept === undefined ? row : rowOf(kept);
      }),

    async getSpend(runId) {
      const row = await database.read((connection) => connection.get(find, { project, runId }));
      return row === undefined ? null : rowOf(row);
    },

    async listSpend(filter) {
      return (await database.read((connection) => connection.all(listOf(project, filter), {}))).map(rowOf);
    },

    spentOn: (day, surface) =>
      database.read((connection) =>
        surface === undefined
          ? dayOf(connection, { project, day })
          : sumsOf(connection.all(ofSurface, { project, day, surface })),
      ),

    spendTotals: (day, without = []) =>
      database.read((connection) => {
        const month = day.slice(0, MONTH_LENGTH);
        const sum = (from: string, to: string) =>
          connection.get(between, { project, from, to })?.microUsd ?? 0;
        const sums = {
          ...dayOf(connection, { project, day }),
          month: sum(month, `${month}${AFTER}`),
          total: sum('', AFTER),
        };
        const left = without.flatMap((runId) => connection.get(find, { project, runId }) ?? []);
        return left.reduce((totals, row) => withoutRow(totals, row, day), sums);
      }),

    spentSince: (day) =>
      database.read(
        (connection) => connection.get(between, { project, from: day, to: AFTER })?.microUsd ?? 0,
      ),
  };
}

const MONTH_LENGTH = 'YYYY-MM'.length;
/** Sorts behind every day, and behind a month's name behind every day of it. */
const AFTER = '~';

const dayOf = (connection: Connection, of: { readonly project: string; readonly day: string }) =>
  sumsOf(connection.all(ofDay, of));

function sumsOf(
  rows: readonly { readonly agent: string; readonly microUsd: number }[],
): Pick<SpendTotals, 'agents' | 'day'> {
  return {
    agents: Object.fromEntries(rows.map(({ agent, microUsd }) => [agent, microUsd])),
    day: rows.reduce((sum, { microUsd }) => sum + microUsd, 0),
  };
}

function withoutRow(
  { agents, ...sums }: SpendTotals,
  row: Pick<SpendRow, 'day' | 'agent' | 'microUsd'>,
  day: string,
): SpendTotals {
  const { agent, microUsd } = row;
  const isMonth = row.day.startsWith(day.slice(0, MONTH_LENGTH));
  const isDay = row.day === day;
  return {
    agents: isDay ? { ...agents, [agent]: (agents[agent] ?? 0) - microUsd } : agents,
    day: sums.day - (isDay ? microUsd : 0),
    month: sums.month - (isMonth ? microUsd : 0),
    total: sums.total - microUsd,
  };
}

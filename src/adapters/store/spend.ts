import type { RunId } from '../../core/ids.ts';
import type { Spend, SpendFilter, SpendRow, SpendTotals } from '../../core/ports/spend.ts';
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

const byDay = query((a: { project: string }) =>
  records
    .selectFrom('spend')
    .select((eb) => ['day', 'agent', eb.fn.sum<number>('microUsd').as('microUsd')])
    .where('project', '=', a.project)
    .groupBy(['day', 'agent']),
);

const since = query((a: { project: string; day: string }) =>
  records
    .selectFrom('spend')
    .select((eb) => eb.fn.sum<number>('microUsd').as('microUsd'))
    .where('project', '=', a.project)
    .where('day', '>=', a.day),
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

    spendTotals: (day, without = []) =>
      database.read((connection) => {
        const left = without.flatMap((runId) => connection.get(find, { project, runId }) ?? []);
        const minus = left.map((row) => ({ ...row, microUsd: -row.microUsd }));
        return totalsOf(day, [...connection.all(byDay, { project }), ...minus]);
      }),

    spentSince: (day) =>
      database.read((connection) => connection.get(since, { project, day })?.microUsd ?? 0),
  };
}

type Booked = Pick<SpendRow, 'day' | 'agent' | 'microUsd'>;

function totalsOf(day: string, rows: readonly Booked[]): SpendTotals {
  const month = day.slice(0, 'YYYY-MM'.length);
  const agents = new Map<string, number>();
  const sums = { day: 0, month: 0, total: 0 };
  for (const row of rows) {
    sums.total += row.microUsd;
    if (row.day.startsWith(month)) sums.month += row.microUsd;
    if (row.day !== day) continue;
    sums.day += row.microUsd;
    agents.set(row.agent, (agents.get(row.agent) ?? 0) + row.microUsd);
  }
  return { ...sums, agents: Object.fromEntries(agents) };
}

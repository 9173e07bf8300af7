import { sql } from 'kysely';
import { REPORT_LISTS } from '../../core/policy/report/listed.ts';
import type { Projection } from '../../core/ports/store.ts';
import { projection } from './projection-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

interface Between {
  readonly project: string;
  readonly from: number;
  readonly to: number;
}

const DENIED_MAX = 20;

const ended = (a: Between) =>
  projection
    .selectFrom('runs')
    .where('runs.project', '=', a.project)
    .where('runs.status', '=', 'finished')
    .where('runs.endedAt', '>=', a.from)
    .where('runs.endedAt', '<', a.to);
const succeeded = (a: Between) => ended(a).where('runs.outcome', '=', 'success');

const byAgent = query((a: Between) =>
  succeeded(a)
    .select((eb) => ['agent', eb.fn.countAll<number>().as('count')])
    .groupBy('agent')
    .orderBy('count', 'desc')
    .orderBy('agent'),
);

const latest = query((a: Between) =>
  succeeded(a)
    .select(['runId', 'taskId', 'jobId', 'taskName', 'agent', 'costMicroUsd'])
    .orderBy('endedAt', 'desc')
    .orderBy('runId')
    .limit(REPORT_LISTS.shipped),
);

/** Each run names a refused tool once. */
const denied = query((a: Between) =>
  ended(a)
    .innerJoin('runAnswers', (join) =>
      join.onRef('runAnswers.project', '=', 'runs.project').onRef('runAnswers.runId', '=', 'runs.runId'),
    )
    .innerJoin(sql<{ value: string }>`json_each(run_answers.answer, '$.deniedTools')`.as('tool'), (join) =>
      join.onTrue(),
    )
    .select((eb) => ['runs.agent', 'tool.value as tool', eb.fn.countAll<number>().as('runs')])
    .groupBy(['runs.agent', 'tool.value'])
    .orderBy('runs', 'desc')
    .orderBy('runs.agent')
    .orderBy('tool.value')
    .limit(DENIED_MAX),
);

/** What the runs of a span of time brought: those that ended well, counted whole, and tools refused (R-PROD-073, R-PROD-075). */
export function createRunReport({
  database,
  project,
}: PartConfig): Pick<Projection, 'succeededRuns' | 'deniedTools'> {
  return {
    deniedTools: (span) => database.read((connection) => connection.all(denied, { ...span, project })),
    succeededRuns: (span) =>
      database.read((connection) => ({
        byAgent: connection.all(byAgent, { ...span, project }),
        latest: connection.all(latest, { ...span, project }),
      })),
  };
}

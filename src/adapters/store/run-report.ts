import type { Projection } from '../../core/ports/store.ts';
import { projection } from './projection-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

interface Between {
  readonly project: string;
  readonly from: number;
  readonly to: number;
}

const LISTED_MAX = 10;

const succeeded = (a: Between) =>
  projection
    .selectFrom('runs')
    .where('project', '=', a.project)
    .where('status', '=', 'finished')
    .where('outcome', '=', 'success')
    .where('endedAt', '>=', a.from)
    .where('endedAt', '<', a.to);

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
    .limit(LISTED_MAX),
);

/** Runs that ended well within a span of time, counted whole, and the latest of them (R-PROD-073). */
export function createRunReport({ database, project }: PartConfig): Pick<Projection, 'succeededRuns'> {
  return {
    succeededRuns: (span) =>
      database.read((connection) => ({
        byAgent: connection.all(byAgent, { ...span, project }),
        latest: connection.all(latest, { ...span, project }),
      })),
  };
}

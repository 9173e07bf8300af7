import type { Connection } from './connection.ts';
import { createCounter } from './counters.ts';
import { type JobsTables, jobs } from './jobs-tables.ts';
import { columnsOf, query } from './query.ts';

/** How long an answer is good for and how many are kept. */
export interface CacheFill {
  readonly ttlMs: number;
  readonly maxSize: number;
}

type Row = JobsTables['cachedAnswers'];
const COLUMNS = ['project', 'cacheKey', 'agent', 'jobId', 'askedAt', 'seq', 'expiresAt'] as const;
const REPLACED = ['agent', 'jobId', 'askedAt', 'seq', 'expiresAt'] as const;

const put = query((a: Row) =>
  jobs
    .insertInto('cachedAnswers')
    .values(columnsOf(a, COLUMNS))
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'cacheKey'])
        .doUpdateSet((eb) => Object.fromEntries(REPLACED.map((name) => [name, eb.ref(`excluded.${name}`)])))
        .whereRef('cachedAnswers.askedAt', '<=', 'excluded.askedAt'),
    ),
);

const dropExpired = query((a: { project: string; at: number }) =>
  jobs.deleteFrom('cachedAnswers').where('project', '=', a.project).where('expiresAt', '<=', a.at),
);

const count = query((a: { project: string }) =>
  jobs
    .selectFrom('cachedAnswers')
    .select((eb) => eb.fn.countAll<number>().as('size'))
    .where('project', '=', a.project),
);

const dropOldest = query((a: { project: string; surplus: number }) =>
  jobs
    .deleteFrom('cachedAnswers')
    .where('project', '=', a.project)
    .where('cacheKey', 'in', (oldest) =>
      oldest
        .selectFrom('cachedAnswers')
        .select('cacheKey')
        .where('project', '=', a.project)
        .orderBy('seq')
        .limit(a.surplus),
    ),
);

/** Forgets answers that are too old at this moment (epoch ms); answers how many are left. */
export function sizeOfCache(connection: Connection, project: string, at: number): number {
  connection.run(dropExpired, { project, at });
  return connection.get(count, { project })?.size ?? 0;
}

/** Name of the counter of answers that had to make room. */
export const EVICTIONS = 'cache-evictions';

/**
 * Keeps the answer of a job that ends, in the write that ends it. Beyond `maxSize` the answers kept first go first
 * (R-AD-119); a late worker never replaces the answer to a newer question (R-ADX-044).
 */
export function fillCache(
  connection: Connection,
  { at, ...answer }: Omit<Row, 'expiresAt'> & { readonly at: number },
  { ttlMs, maxSize }: CacheFill,
): void {
  const { project } = answer;
  if (ttlMs <= 0 || maxSize <= 0) return;
  connection.run(put, { ...answer, expiresAt: at + ttlMs });
  const surplus = sizeOfCache(connection, project, at) - maxSize;
  if (surplus <= 0) return;
  connection.run(dropOldest, { project, surplus });
  createCounter(project, EVICTIONS).add(connection, surplus);
}

import type { Jobs } from '../../core/ports/jobs.ts';
import type { DispatchResult } from '../../core/schema/dispatch.ts';
import type { Connection } from './connection.ts';
import { createCounter } from './counters.ts';
import type { Database } from './database.ts';
import { EVICTIONS, sizeOfCache } from './job-cache-fill.ts';
import { jobs } from './jobs-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

const find = query((a: { project: string; cacheKey: string; now: number }) =>
  jobs
    .selectFrom('cachedAnswers')
    .innerJoin('jobResults', (join) =>
      join
        .onRef('jobResults.project', '=', 'cachedAnswers.project')
        .onRef('jobResults.jobId', '=', 'cachedAnswers.jobId'),
    )
    .select('jobResults.result')
    .where('cachedAnswers.project', '=', a.project)
    .where('cachedAnswers.cacheKey', '=', a.cacheKey)
    .where('cachedAnswers.expiresAt', '>', a.now),
);

const dropAll = query((a: { project: string }) =>
  jobs.deleteFrom('cachedAnswers').where('project', '=', a.project),
);

const dropAgent = query((a: { project: string; agent: string }) =>
  jobs.deleteFrom('cachedAnswers').where('project', '=', a.project).where('agent', '=', a.agent),
);

const dropCounter = query((a: { project: string; name: string }) =>
  jobs.deleteFrom('counters').where('project', '=', a.project).where('name', '=', a.name),
);

const HITS = 'cache-hits';
const MISSES = 'cache-misses';

type JobCache = Pick<Jobs, 'cached' | 'cacheCounters' | 'clearCache' | 'dropCachedAgent'>;

/**
 * Answers of equal calls, shared by all processes of a project (R-AD-117, R-AD-119). An answer is the result of its
 * job: nothing is kept twice, and who deletes a job deletes its answer. Hits and misses are counted in the
 * projection, where a commit waits for no disk.
 */
export function createJobCache({ database, project, now }: PartConfig, tally: Database): JobCache {
  const hits = createCounter(project, HITS);
  const misses = createCounter(project, MISSES);
  const evictions = createCounter(project, EVICTIONS);
  const countOne = (name: string) => (connection: Connection) =>
    createCounter(project, name).add(connection, 1);

  return {
    async cached(cacheKey, at) {
      const row = await database.read((connection) => connection.get(find, { project, cacheKey, now: at }));
      const result = row?.result ?? null;
      // A full disk costs a number, never an answer.
      await tally.write(countOne(result === null ? MISSES : HITS)).catch(() => undefined);
      return result === null ? null : (JSON.parse(result) as DispatchResult);
    },

    async cacheCounters(at) {
      const kept = await database.write((connection) => ({
        size: sizeOfCache(connection, project, at),
        evictions: evictions.read(connection),
      }));
      const asked = await tally.read((connection) => ({
        hits: hits.read(connection),
        misses: misses.read(connection),
      }));
      return { ...kept, ...asked };
    },

    async clearCache() {
      const cleared = await database.write((connection) => {
        const live = sizeOfCache(connection, project, now());
        connection.run(dropAll, { project });
        connection.run(dropCounter, { project, name: EVICTIONS });
        return live;
      });
      await tally.write((connection) => {
        for (const name of [HITS, MISSES]) connection.run(dropCounter, { project, name });
      });
      return cleared;
    },

    async dropCachedAgent(agent) {
      await database.write((connection) => connection.run(dropAgent, { project, agent }));
    },
  };
}

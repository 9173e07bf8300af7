import type { Jobs } from '../../core/ports/jobs.ts';
import type { Database } from './database.ts';
import { createJobAdding } from './job-adding.ts';
import { createJobCache } from './job-cache.ts';
import { createJobEnding } from './job-ending.ts';
import { createJobEnds, type JobEnds } from './job-ends.ts';
import { createJobImports } from './job-imports.ts';
import { createOpenJobs } from './job-open.ts';
import { createJobPurge } from './job-purge.ts';
import { createJobReads } from './job-reads.ts';
import { createJobRunning } from './job-running.ts';
import { createSessions } from './sessions.ts';
import type { PartConfig } from './store-config.ts';

/** Jobs that tell of their ends; what a job waiter needs. */
export type WatchedJobs = Jobs & JobEnds;

/** The jobs of one project, in its records; `projectionDatabase` counts the cache's hits. */
export function createJobs(config: PartConfig, projectionDatabase: Database): WatchedJobs {
  const { ended, ...ends } = createJobEnds(config);
  const { put, ...adding } = createJobAdding(config);
  return {
    ...createJobReads(config),
    ...createOpenJobs(config),
    ...adding,
    ...createJobRunning(config),
    ...createJobEnding(config, ended),
    ...createJobImports(config, put),
    ...createJobPurge(config),
    ...createJobCache(config, projectionDatabase),
    ...createSessions(config),
    ...ends,
  };
}

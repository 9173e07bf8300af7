import { jobsMoved } from '../../core/policy/audit/job-change.ts';
import type { Jobs } from '../../core/ports/jobs.ts';
import type { Job } from '../../core/schema/job.ts';
import { createAuditChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';
import { createCounter } from './counters.ts';
import type { PartConfig } from './store-config.ts';

type JobImports = Pick<Jobs, 'isImported' | 'importJobs' | 'finishImport'>;

/** Jobs of an earlier tool, taken over once (R-AD-104). `put` keeps one job unless it is there. */
export function createJobImports(
  { database, project, now }: PartConfig,
  put: (connection: Connection, job: Job) => boolean,
): JobImports {
  const trail = createAuditChain(project);
  const mark = (source: string) => createCounter(project, `imported:${source}`);
  return {
    isImported: (source) => database.read((connection) => mark(source).read(connection) > 0),

    importJobs: (batch) =>
      database.write((connection) => {
        const imported = batch.filter((job) => put(connection, job)).length;
        if (imported > 0)
          trail.append(connection, jobsMoved('jobs-imported', project, { jobs: imported, at: now() }));
        return imported;
      }),

    async finishImport(source) {
      await database.write((connection) => mark(source).raise(connection, 1));
    },
  };
}

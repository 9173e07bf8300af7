import { setImmediate as nextTurn } from 'node:timers/promises';
import { JOB_PURGE_BATCH_MAX, LIST_PAGE_MAX } from '../../core/limits.ts';
import { jobsMoved } from '../../core/policy/audit/job-change.ts';
import type { Jobs } from '../../core/ports/jobs.ts';
import type { JobSummary } from '../../core/schema/job.ts';
import { createAuditChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';
import { SUMMARY_COLUMNS, toSummary } from './job-rows.ts';
import { jobs } from './jobs-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

interface Page {
  readonly project: string;
  readonly before: number;
  /** Where the last page ended. */
  readonly afterAt: number;
  readonly afterJobId: string;
  readonly limit: number;
}

/** Open jobs have no end and compare with nothing: they are never among these. */
const ended = query((a: Page) =>
  jobs
    .selectFrom('jobs')
    .select(SUMMARY_COLUMNS)
    .where('project', '=', a.project)
    .where('completedAt', '<', a.before)
    .where('completedAt', '>=', a.afterAt)
    .where((eb) => eb.or([eb('completedAt', '>', a.afterAt), eb('jobId', '>', a.afterJobId)]))
    .orderBy('completedAt')
    .orderBy('jobId')
    .limit(a.limit),
);

const drops = (['jobs', 'jobRequests', 'jobResults', 'jobProgress', 'cachedAnswers'] as const).map((table) =>
  query((a: { project: string; jobId: string }) =>
    jobs.deleteFrom(table).where('project', '=', a.project).where('jobId', '=', a.jobId),
  ),
);

/** Deletes ended jobs with all that belongs to them, in short transactions (R-AD-111). */
export function createJobPurge({ database, project, now }: PartConfig): Pick<Jobs, 'purge'> {
  const trail = createAuditChain(project);
  function drop(connection: Connection, page: Page): readonly JobSummary[] {
    const old = connection.all(ended, page).map(toSummary);
    for (const { jobId } of old) for (const query of drops) connection.run(query, { project, jobId });
    if (old.length > 0)
      trail.append(connection, jobsMoved('jobs-purged', project, { jobs: old.length, at: now() }));
    return old;
  }

  return {
    async purge(before, { dryRun }) {
      const limit = dryRun ? LIST_PAGE_MAX : JOB_PURGE_BATCH_MAX;
      const all: JobSummary[] = [];
      for (;;) {
        const last = dryRun ? all.at(-1) : undefined;
        const after = { afterAt: last?.completedAt ?? 0, afterJobId: last?.jobId ?? '' };
        const page = { project, before, limit, ...after };
        const found = dryRun
          ? (await database.read((connection) => connection.all(ended, page))).map(toSummary)
          : await database.write((connection) => drop(connection, page));
        all.push(...found);
        if (found.length < limit) return all;
        await nextTurn();
      }
    },
  };
}

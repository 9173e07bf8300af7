import { setImmediate as nextTurn } from 'node:timers/promises';
import { OPEN_JOBS_MAX } from '../../core/dispatch-limits.ts';
import { LIST_PAGE_MAX } from '../../core/limits.ts';
import type { Jobs } from '../../core/ports/jobs.ts';
import type { OpenJob } from '../../core/schema/job.ts';
import { jobs } from './jobs-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

interface Page {
  readonly project: string;
  /** Where the last page ended. */
  readonly afterAt: number;
  readonly afterSeq: number;
  readonly limit: number;
}

const page = query((a: Page) =>
  jobs
    .selectFrom('jobs')
    .select(['jobId', 'mode', 'status', 'createdAt', 'startedAt', 'sessionId'])
    .select(['parentId', 'parentRunId', 'runId', 'seq'])
    .where('project', '=', a.project)
    .where('completedAt', 'is', null)
    .where('createdAt', '>=', a.afterAt)
    .where((eb) => eb.or([eb('createdAt', '>', a.afterAt), eb('seq', '>', a.afterSeq)]))
    .orderBy('createdAt')
    .orderBy('seq')
    .limit(a.limit),
);

/** Open jobs in the order they came, a page at a time: nobody else waits for the file meanwhile. */
export function createOpenJobs({ database, project }: PartConfig): Pick<Jobs, 'listOpen'> {
  return {
    async listOpen() {
      const all: OpenJob[] = [];
      let after = { afterAt: 0, afterSeq: 0 };
      for (;;) {
        const args = { project, ...after, limit: LIST_PAGE_MAX };
        const found = await database.read((connection) => connection.all(page, args));
        for (const { seq: _, ...job } of found) all.push(job);
        const last = found.at(-1);
        if (last === undefined || found.length < LIST_PAGE_MAX || all.length >= OPEN_JOBS_MAX) return all;
        after = { afterAt: last.createdAt, afterSeq: last.seq };
        await nextTurn();
      }
    },
  };
}

import { LIST_PAGE_MAX } from '../../core/limits.ts';
import { createCounter } from './counters.ts';
import { jobs } from './jobs-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

/** Name of the counter that numbers ends in commit order. */
export const JOB_ENDS = 'job-ends';

const since = query((a: { project: string; after: number }) =>
  jobs
    .selectFrom('jobs')
    .select(['jobId', 'endSeq'])
    .where('project', '=', a.project)
    .where('endSeq', '>', a.after)
    .orderBy('endSeq')
    .limit(LIST_PAGE_MAX),
);

/** Ended jobs after a mark, and the mark to go on from. */
export interface EndPage {
  readonly jobIds: readonly string[];
  readonly mark: number;
  /** More are there already. */
  readonly more: boolean;
}

/** Ways to hear that jobs ended. */
export interface JobEnds {
  /** Calls back at once when this process ends a job; answers the way to stop. */
  onEnd(listener: (jobId: string) => void): () => void;
  /** The mark of this moment. */
  endMark(): Promise<number>;
  /** Costs what ended since the mark, however many jobs there are; throws when the file is not free. */
  endedSinceNow(mark: number): EndPage;
  /** Changes when another process has written. */
  foreignChanges(): number;
}

/** Follows the ends of jobs; `ended` is to be called for those of this process. */
export function createJobEnds({
  database,
  project,
}: PartConfig): JobEnds & { readonly ended: (jobId: string) => void } {
  const counter = createCounter(project, JOB_ENDS);
  const listeners = new Set<(jobId: string) => void>();
  return {
    ended(jobId) {
      for (const listener of listeners) listener(jobId);
    },

    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    endMark: () => database.read((connection) => counter.read(connection)),

    endedSinceNow(mark) {
      const rows = database.readNow((connection) => connection.all(since, { project, after: mark }));
      return {
        jobIds: rows.map(({ jobId }) => jobId),
        mark: rows.at(-1)?.endSeq ?? mark,
        more: rows.length === LIST_PAGE_MAX,
      };
    },

    foreignChanges: () => database.foreignChanges(),
  };
}

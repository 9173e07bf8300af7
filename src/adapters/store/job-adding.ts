import { jobAdded } from '../../core/policy/audit/job-change.ts';
import type { Jobs } from '../../core/ports/jobs.ts';
import type { Job } from '../../core/schema/job.ts';
import { createAuditChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';
import { createCounter } from './counters.ts';
import { JOB_ENDS } from './job-ends.ts';
import { findJob } from './job-reads.ts';
import { requestRow, toRow } from './job-rows.ts';
import { keepProgress, keepResult } from './job-texts.ts';
import { type JobRow, type JobsTables, jobs } from './jobs-tables.ts';
import { columnsOf, query } from './query.ts';
import type { PartConfig } from './store-config.ts';

const COLUMNS = [
  ...(['project', 'jobId', 'seq', 'mode', 'agent', 'status', 'task', 'createdAt', 'startedAt'] as const),
  ...(['completedAt', 'endSeq', 'sessionId', 'resume', 'runId', 'hostId', 'parentRunId', 'taskId'] as const),
  ...(['parentId', 'cacheKey', 'success', 'costUsd', 'error', 'errorType', 'outcome'] as const),
  ...(['lastProgress', 'progressUpdatedAt'] as const),
] satisfies readonly (keyof JobRow)[];

/** Does nothing when the job is there, or when an open job has its cache key: the unique index decides. */
const insert = query((a: JobRow) =>
  jobs
    .insertInto('jobs')
    .values(columnsOf(a, COLUMNS))
    .onConflict((conflict) => conflict.doNothing()),
);

const insertRequest = query((a: JobsTables['jobRequests']) =>
  jobs.insertInto('jobRequests').values(columnsOf(a, ['project', 'jobId', 'request', 'spec', 'chain'])),
);

const openOfKey = query((a: { project: string; cacheKey: string }) =>
  jobs
    .selectFrom('jobs')
    .select('jobId')
    .where('project', '=', a.project)
    .where('cacheKey', '=', a.cacheKey)
    .where('completedAt', 'is', null),
);

/** The job whose answer, kept for others, came when this one had been asked for already. */
const answeredMeanwhile = query((a: { project: string; cacheKey: string; createdAt: number }) =>
  jobs
    .selectFrom('cachedAnswers')
    .innerJoin('jobs', (join) =>
      join
        .onRef('jobs.project', '=', 'cachedAnswers.project')
        .onRef('jobs.jobId', '=', 'cachedAnswers.jobId'),
    )
    .select('jobs.jobId')
    .where('cachedAnswers.project', '=', a.project)
    .where('cachedAnswers.cacheKey', '=', a.cacheKey)
    .where('jobs.completedAt', '>=', a.createdAt),
);

type JobAdding = Pick<Jobs, 'add'> & {
  /** Inside a write: keeps a job unless it, or an open one with its cache key, is there. */
  put(connection: Connection, job: Job): boolean;
};

/** How jobs come in. */
export function createJobAdding({ database, project }: PartConfig): JobAdding {
  const arrivals = createCounter(project, 'jobs');
  const ends = createCounter(project, JOB_ENDS);
  const trail = createAuditChain(project);

  function put(connection: Connection, job: Job): boolean {
    const seq = arrivals.add(connection, 1);
    const over = job.completedAt !== null;
    const endSeq = over ? ends.add(connection, 1) : null;
    if (connection.run(insert, toRow(project, job, { seq, endSeq })) === 0) return false;
    const ofJob = { project, jobId: job.jobId };
    connection.run(insertRequest, requestRow(project, job));
    if (job.progress.length > 0) keepProgress(connection, ofJob, job.progress);
    if (over) keepResult(connection, ofJob, job);
    return true;
  }
  /** What stands in the way of a new job: itself, or an open one that asks the same. */
  function inTheWay(connection: Connection, { jobId, cacheKey }: Job): Job {
    const itself = findJob(connection, { project, jobId });
    if (itself !== null) return itself;
    const equal = cacheKey === null ? undefined : connection.get(openOfKey, { project, cacheKey });
    const open = equal === undefined ? null : findJob(connection, { project, jobId: equal.jobId });
    if (open === null) throw new Error(`job ${jobId} was not kept although nothing stood in its way`);
    return open;
  }
  /** An equal call that ended since this one looked for its answer. */
  function answered(connection: Connection, { jobId, cacheKey, createdAt }: Job): Job | null {
    if (cacheKey === null) return null;
    const found = connection.get(answeredMeanwhile, { project, cacheKey, createdAt });
    if (found === undefined) return null;
    return findJob(connection, { project, jobId }) ?? findJob(connection, { project, jobId: found.jobId });
  }

  return {
    put,
    add: (job) =>
      database.write((connection) => {
        const equal = answered(connection, job);
        if (equal !== null) return { added: false, job: equal };
        if (!put(connection, job)) return { added: false, job: inTheWay(connection, job) };
        trail.append(connection, jobAdded(job));
        return { added: true, job };
      }),
  };
}

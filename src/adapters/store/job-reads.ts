import { LIST_PAGE_MAX } from '../../core/limits.ts';
import { PARALLEL_ITEMS_MAX } from '../../core/policy/dispatch/limits.ts';
import type { JobFilter, Jobs } from '../../core/ports/jobs.ts';
import type { DispatchRequest } from '../../core/schema/dispatch.ts';
import type { Job, JobStatus } from '../../core/schema/job.ts';
import type { Connection } from './connection.ts';
import { JOB_COLUMNS, SUMMARY_COLUMNS, toJob, toSummary, type WholeRow } from './job-rows.ts';
import { jobs } from './jobs-tables.ts';
import { type Query, query } from './query.ts';
import type { PartConfig } from './store-config.ts';

interface JobArgs {
  readonly project: string;
  readonly jobId: string;
}

const find: Query<JobArgs, WholeRow> = query((a: JobArgs) =>
  jobs
    .selectFrom('jobs')
    .innerJoin('jobRequests', (join) =>
      join.onRef('jobRequests.project', '=', 'jobs.project').onRef('jobRequests.jobId', '=', 'jobs.jobId'),
    )
    .leftJoin('jobResults', (join) =>
      join.onRef('jobResults.project', '=', 'jobs.project').onRef('jobResults.jobId', '=', 'jobs.jobId'),
    )
    .leftJoin('jobProgress', (join) =>
      join.onRef('jobProgress.project', '=', 'jobs.project').onRef('jobProgress.jobId', '=', 'jobs.jobId'),
    )
    .select(JOB_COLUMNS.map((name) => `jobs.${name}` as const))
    .select(['jobRequests.request', 'jobRequests.spec', 'jobRequests.chain'])
    .select(['jobResults.result', 'jobResults.error as fullError', 'jobProgress.lines'])
    .where('jobs.project', '=', a.project)
    .where('jobs.jobId', '=', a.jobId),
);

const findStatus = query((a: JobArgs) =>
  jobs.selectFrom('jobs').select('status').where('project', '=', a.project).where('jobId', '=', a.jobId),
);

interface ListArgs {
  readonly project: string;
  readonly status: JobStatus;
  readonly agent: string;
  readonly limit: number;
}

const listOf = (by: { readonly status: boolean; readonly agent: boolean }) =>
  query((a: ListArgs) => {
    let list = jobs.selectFrom('jobs').select(SUMMARY_COLUMNS).where('project', '=', a.project);
    if (by.agent) list = list.where('agent', '=', a.agent);
    if (by.status) list = list.where('status', '=', a.status);
    return list.orderBy('createdAt', 'desc').orderBy('seq', 'desc').limit(a.limit);
  });

const lists = {
  all: listOf({ status: false, agent: false }),
  status: listOf({ status: true, agent: false }),
  agent: listOf({ status: false, agent: true }),
  both: listOf({ status: true, agent: true }),
};

function listFor({ status, agent }: JobFilter) {
  if (agent !== undefined) return status === undefined ? lists.agent : lists.both;
  return status === undefined ? lists.all : lists.status;
}

const openOfSession = query((a: { project: string; sessionId: string; besides: string }) =>
  jobs
    .selectFrom('jobs')
    .select('jobId')
    .where('project', '=', a.project)
    .where('sessionId', '=', a.sessionId)
    .where('completedAt', 'is', null)
    .where('jobId', '<>', a.besides)
    .where((eb) => eb.or([eb('mode', '<>', 'session'), eb('status', '=', 'running')]))
    .orderBy('seq')
    .limit(1),
);

const ofRun = query((a: { project: string; runId: string }) =>
  jobs
    .selectFrom('jobs')
    .innerJoin('jobRequests', (join) =>
      join.onRef('jobRequests.project', '=', 'jobs.project').onRef('jobRequests.jobId', '=', 'jobs.jobId'),
    )
    .select(['jobs.jobId', 'jobs.sessionId', 'jobRequests.request', 'jobRequests.chain'])
    .where('jobs.project', '=', a.project)
    .where('jobs.runId', '=', a.runId)
    .orderBy('jobs.seq', 'desc')
    .limit(1),
);

const ofParent = query((a: { project: string; parentId: string; limit: number }) =>
  jobs
    .selectFrom('jobs')
    .select('jobId')
    .where('project', '=', a.project)
    .where('parentId', '=', a.parentId)
    .orderBy('seq')
    .limit(a.limit),
);

const atMost = (limit: number): number => Math.min(Math.max(0, limit), LIST_PAGE_MAX);

/** One job with its texts, inside a read or write. */
export function findJob(connection: Connection, args: JobArgs): Job | null {
  const row = connection.get(find, args);
  return row === undefined ? null : toJob(row);
}

type JobReads = Pick<Jobs, 'get' | 'statusOf' | 'list' | 'ofParent' | 'openJobOfSession' | 'jobOfRun'>;

/** Looking at jobs: each answer costs the same however many jobs there are. */
export function createJobReads({ database, project }: PartConfig): JobReads {
  return {
    get: (jobId) => database.read((connection) => findJob(connection, { project, jobId })),

    statusOf: (jobId) =>
      database.read((connection) => connection.get(findStatus, { project, jobId })?.status ?? null),

    async list(filter) {
      const { status = 'pending', agent = '' } = filter;
      const args = { project, status, agent, limit: atMost(filter.limit) };
      return (await database.read((connection) => connection.all(listFor(filter), args))).map(toSummary);
    },

    ofParent: (parentId) =>
      database.read((connection) => {
        const ids = connection.all(ofParent, { project, parentId, limit: PARALLEL_ITEMS_MAX + 1 });
        return ids.flatMap(({ jobId }) => findJob(connection, { project, jobId }) ?? []);
      }),

    openJobOfSession: (sessionId, besides) =>
      database.read(
        (connection) => connection.get(openOfSession, { project, sessionId, besides })?.jobId ?? null,
      ),

    jobOfRun: (runId) =>
      database.read((connection) => {
        const row = connection.get(ofRun, { project, runId });
        if (row === undefined) return null;
        const { request, chain, ...ids } = row;
        return {
          ...ids,
          request: JSON.parse(request) as DispatchRequest,
          chain: JSON.parse(chain) as string[],
        };
      }),
  };
}

import { JOB_ERROR_SHOWN_LENGTH_MAX, JOB_TASK_SHOWN_LENGTH_MAX } from '../../core/limits.ts';
import { cutCharacters } from '../../core/policy/dispatch/texts.ts';
import type { DispatchResult } from '../../core/schema/dispatch.ts';
import type { Job, JobSummary } from '../../core/schema/job.ts';
import type { JobRow, JobsTables } from './jobs-tables.ts';

/** The columns that a summary is made of; none is longer than a few hundred characters. */
export const SUMMARY_COLUMNS = [
  ...(['jobId', 'mode', 'agent', 'status', 'task', 'createdAt', 'startedAt', 'completedAt'] as const),
  ...([
    'sessionId',
    'taskId',
    'parentId',
    'runId',
    'hostId',
    'success',
    'costUsd',
    'error',
    'errorType',
    'outcome',
    'lastProgress',
  ] as const),
] satisfies readonly (keyof JobRow)[];

type SummaryRow = Pick<JobRow, (typeof SUMMARY_COLUMNS)[number]>;

/** A job as lists show it. */
export const toSummary = (row: SummaryRow): JobSummary => ({
  ...row,
  success: row.success === null ? null : row.success !== 0,
});

/** Columns of `jobs` that a whole job needs beside its texts. */
export const JOB_COLUMNS = [
  ...(['jobId', 'mode', 'status', 'createdAt', 'startedAt', 'completedAt', 'sessionId', 'resume'] as const),
  ...(['runId', 'hostId', 'parentRunId', 'taskId', 'parentId', 'cacheKey', 'progressUpdatedAt'] as const),
] satisfies readonly (keyof JobRow)[];

/** A job with its texts, as they are joined. */
export interface WholeRow extends Pick<JobRow, (typeof JOB_COLUMNS)[number]> {
  readonly request: string;
  readonly spec: string;
  readonly chain: string;
  readonly result: string | null;
  readonly fullError: string | null;
  readonly lines: string | null;
}

export function toJob(row: WholeRow): Job {
  const { request, spec, chain, result, fullError, lines, resume, ...rest } = row;
  return {
    ...rest,
    resume: resume !== 0,
    request: JSON.parse(request) as Job['request'],
    spec: JSON.parse(spec) as Job['spec'],
    chain: JSON.parse(chain) as string[],
    result: result === null ? null : (JSON.parse(result) as DispatchResult),
    error: fullError,
    progress: lines === null ? [] : (JSON.parse(lines) as string[]),
  };
}

/** What a row says of a job's end; its texts stand elsewhere. */
export const endColumns = (
  result: DispatchResult | null,
  error: string | null,
): Pick<JobRow, 'success' | 'costUsd' | 'error' | 'errorType' | 'outcome'> => ({
  success: result === null ? null : Number(result.success),
  costUsd: result?.cost_usd ?? null,
  error: error === null ? null : cutCharacters(error, JOB_ERROR_SHOWN_LENGTH_MAX),
  errorType: result?.error_type ?? null,
  outcome: result?.outcome ?? null,
});

export function toRow(project: string, job: Job, order: { seq: number; endSeq: number | null }): JobRow {
  return {
    project,
    ...order,
    jobId: job.jobId,
    mode: job.mode,
    agent: job.request.agent,
    status: job.status,
    task: cutCharacters(job.request.task, JOB_TASK_SHOWN_LENGTH_MAX),
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    completedAt: job.completedAt,
    sessionId: job.sessionId,
    resume: Number(job.resume),
    runId: job.runId,
    hostId: job.hostId,
    parentRunId: job.parentRunId,
    taskId: job.taskId,
    parentId: job.parentId,
    cacheKey: job.cacheKey,
    ...endColumns(job.result, job.error),
    lastProgress: job.progress.at(-1) ?? null,
    progressUpdatedAt: job.progressUpdatedAt,
  };
}

export const requestRow = (project: string, job: Job): JobsTables['jobRequests'] => ({
  project,
  jobId: job.jobId,
  request: JSON.stringify(job.request),
  spec: JSON.stringify(job.spec),
  chain: JSON.stringify(job.chain),
});

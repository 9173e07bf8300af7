import type { DispatchResult } from '../../schema/dispatch.ts';
import type { Job, JobStatus, JobSummary } from '../../schema/job.ts';

/** A job as the wire and job files know it; times are Unix seconds, what is unset is left out (R-AD-102). */
export interface JobRecord {
  readonly id: string;
  readonly agent: string;
  readonly task: string;
  readonly context?: string;
  readonly caller?: string;
  readonly goal?: string;
  readonly status: JobStatus;
  readonly created_at: number;
  readonly started_at?: number;
  readonly completed_at?: number;
  readonly result?: DispatchResult;
  readonly error?: string;
  readonly progress?: readonly string[];
  readonly progress_updated_at?: number;
  readonly session_id?: string;
  /** The board task it was made for (R-SYS-022). */
  readonly task_id?: string;
  readonly mode: Job['mode'];
  readonly group?: string;
  readonly response_format?: 'json';
  readonly timeout_seconds?: number;
}

/** One row of a list of jobs (R-AD-109, R-ADX-022). */
export interface JobEntry {
  readonly id: string;
  readonly agent: string;
  readonly status: JobStatus;
  readonly task: string;
  readonly created_at: number;
  readonly started_at?: number;
  readonly completed_at?: number;
  readonly success?: boolean;
  readonly cost_usd?: number;
  readonly last_progress?: string;
  readonly error_type?: string;
  readonly outcome?: string;
  /** The board task it was made for (R-SYS-022). */
  readonly task_id?: string;
}

/** The whole job; its last keys say how to ask for the same again (R-AD-102, R-AD-103, R-AD-116). */
export function jobRecord(job: Job): JobRecord {
  const { request, spec, result } = job;
  return {
    id: job.jobId,
    agent: request.agent,
    task: request.task,
    ...text('context', request.context),
    ...text('caller', request.caller),
    ...text('goal', request.goal),
    status: job.status,
    created_at: secondsOf(job.createdAt),
    ...time('started_at', job.startedAt),
    ...time('completed_at', job.completedAt),
    ...(result === null ? {} : { result }),
    ...text('error', job.error ?? result?.error ?? ''),
    ...(job.progress.length === 0 ? {} : { progress: job.progress }),
    ...time('progress_updated_at', job.progressUpdatedAt),
    ...(spec.kind === 'command' ? {} : text('session_id', job.sessionId)),
    ...text('task_id', job.taskId ?? ''),
    mode: job.mode,
    ...text('group', request.group),
    ...(request.responseFormat === 'json' ? { response_format: 'json' as const } : {}),
    ...(request.timeoutSeconds === null ? {} : { timeout_seconds: request.timeoutSeconds }),
  };
}

/** A job's row; what it says at the moment is shown only while it runs (R-AD-109). */
export function jobEntry(job: JobSummary): JobEntry {
  const failed = job.error !== null || job.errorType !== null;
  return {
    id: job.jobId,
    agent: job.agent,
    status: job.status,
    task: job.task,
    created_at: secondsOf(job.createdAt),
    ...time('started_at', job.startedAt),
    ...time('completed_at', job.completedAt),
    ...(job.success === null ? {} : { success: job.success }),
    ...(job.costUsd === null ? {} : { cost_usd: job.costUsd }),
    ...(job.status === 'running' ? text('last_progress', job.lastProgress ?? '') : {}),
    ...(failed ? { error_type: job.errorType ?? 'cli_error' } : {}),
    ...text('outcome', job.outcome ?? ''),
    ...text('task_id', job.taskId ?? ''),
  };
}

function text<Key extends string>(key: Key, value: string): { [K in Key]?: string } {
  return value === '' ? {} : ({ [key]: value } as { [K in Key]?: string });
}

function time<Key extends string>(key: Key, epochMs: number | null): { [K in Key]?: number } {
  return epochMs === null ? {} : ({ [key]: secondsOf(epochMs) } as { [K in Key]?: number });
}

function secondsOf(epochMs: number): number {
  return epochMs / 1000;
}

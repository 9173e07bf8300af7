import type { JobEnd, SessionRecord } from '../../ports/jobs.ts';
import type { AuditEntry, ChangeNote } from '../../ports/store.ts';
import type { Job } from '../../schema/job.ts';
import { MACHINERY } from './by-whom.ts';

/** A call was taken in. */
export const jobAdded = (job: Job): AuditEntry => ({
  ...{ at: job.createdAt, ...MACHINERY, action: `job-${job.status}`, subject: job.jobId },
  detail: {
    ...{ agent: job.request.agent, mode: job.mode, session_id: job.sessionId },
    ...(job.parentId === null ? {} : { parent: job.parentId }),
    ...(job.parentRunId === null ? {} : { caller_run: job.parentRunId }),
    ...(job.taskId === null ? {} : { task_id: job.taskId }),
  },
});

interface JobStart {
  readonly runId: string;
  readonly hostId: string;
  readonly at: number;
  readonly note?: ChangeNote | undefined;
}

/** A run of it begins. */
export const jobStarted = (jobId: string, { runId, hostId, at, note }: JobStart): AuditEntry => ({
  ...{ at, ...MACHINERY, action: 'job-running', subject: jobId },
  detail: { run_id: runId, host_id: hostId, ...note?.detail },
});

/** It is over. */
export const jobEnded = (jobId: string, agent: string, { status, result, at }: JobEnd): AuditEntry => ({
  ...{ at, ...MACHINERY, action: `job-${status}`, subject: jobId },
  detail: {
    agent,
    ...(result === null ? {} : { success: result.success }),
    ...(result?.cost_usd === undefined ? {} : { cost_usd: result.cost_usd }),
    ...(result?.error_type === undefined ? {} : { error_type: result.error_type }),
  },
});

/** A turn of a conversation is over. */
export const sessionTurn = ({
  sessionId,
  agent,
  lastUsedAt,
  costMicroUsd,
}: Pick<SessionRecord, 'sessionId' | 'agent' | 'lastUsedAt' | 'costMicroUsd'>): AuditEntry => ({
  ...{ at: lastUsedAt, ...MACHINERY, action: 'session-turn', subject: sessionId },
  detail: { agent, cost_micro_usd: costMicroUsd },
});

/** Many jobs at once, of an earlier tool or because they are old. */
export const jobsMoved = (
  action: 'jobs-imported' | 'jobs-purged',
  project: string,
  { jobs, at }: { readonly jobs: number; readonly at: number },
): AuditEntry => ({ ...{ at, ...MACHINERY, action, subject: project }, detail: { jobs } });

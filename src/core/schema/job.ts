import { z } from 'zod';
import { DispatchRequest, DispatchResult, DispatchSpec } from './dispatch.ts';

export const JOB_STATUSES = ['pending', 'running', 'done', 'failed', 'cancelled'] as const;
export const JobStatus = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof JobStatus>;

/** Has it ended, for good? */
export const isOver = (status: JobStatus): boolean => status !== 'pending' && status !== 'running';

/** 32 lowercase hex characters (R-AD-100). */
export const JOB_ID_PATTERN = /^[0-9a-f]{32}$/;

/** How a dispatch was asked for; `sync` and `stream` callers wait for it. */
export const JobMode = z.enum(['sync', 'async', 'stream', 'session', 'dialogue', 'parallel']);
export type JobMode = z.infer<typeof JobMode>;

/** One call of an agent by a caller: what was asked, and what became of it. Times are epoch milliseconds. */
export const Job = z.strictObject({
  jobId: z.string().regex(JOB_ID_PATTERN),
  mode: JobMode,
  request: DispatchRequest,
  spec: DispatchSpec,
  status: JobStatus,
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  completedAt: z.int().nullable(),
  /** Conversation, fixed before the run (R-AD-049). */
  sessionId: z.string(),
  /** True: the conversation exists already and goes on. */
  resume: z.boolean(),
  /** The run in hand, or the last one of an ended job; also the lease id. */
  runId: z.string().nullable(),
  hostId: z.string().nullable(),
  /** The run whose agent made this call, attributed by us, whatever its environment says (R-AD-031). */
  parentRunId: z.string().nullable(),
  /** Agents from the outermost caller down to this one. */
  chain: z.array(z.string()),
  /** A board task this call belongs to (R-SYS-022). */
  taskId: z.string().nullable(),
  /** The dialogue, parallel or session workflow it is a part of. */
  parentId: z.string().nullable(),
  /** Equal calls share one cached answer and, while one is open, one run; null = never shared. */
  cacheKey: z.string().nullable(),
  result: DispatchResult.nullable(),
  error: z.string().nullable(),
  /** The last lines of what it said, for people (R-AD-112). */
  progress: z.array(z.string()),
  progressUpdatedAt: z.int().nullable(),
});
export type Job = z.infer<typeof Job>;

/** A job without its texts: what lists read. */
export const JobSummary = z.strictObject({
  jobId: z.string(),
  mode: JobMode,
  agent: z.string(),
  status: JobStatus,
  /** First 120 characters of the task. */
  task: z.string(),
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  completedAt: z.int().nullable(),
  sessionId: z.string(),
  taskId: z.string().nullable(),
  parentId: z.string().nullable(),
  runId: z.string().nullable(),
  hostId: z.string().nullable(),
  success: z.boolean().nullable(),
  costUsd: z.number().nullable(),
  error: z.string().nullable(),
  errorType: z.string().nullable(),
  outcome: z.string().nullable(),
  lastProgress: z.string().nullable(),
});
export type JobSummary = z.infer<typeof JobSummary>;

/** A job that has not ended: what carries it on, and what it waits for. */
export type OpenJob = Pick<
  Job,
  'jobId' | 'mode' | 'status' | 'createdAt' | 'startedAt' | 'sessionId' | 'parentId' | 'parentRunId' | 'runId'
>;

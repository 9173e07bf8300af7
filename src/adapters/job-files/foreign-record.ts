import { z } from 'zod';
import { DISPATCH_ERROR_TYPES, type DispatchResult } from '../../core/schema/dispatch.ts';
import { JOB_ID_PATTERN, type Job, JobStatus } from '../../core/schema/job.ts';
import { NO_MODEL_OPTIONS } from '../../core/schema/model-options.ts';

/** Unix seconds; JSON texts of other languages may hold NaN and Infinity, which do not parse at all. */
const Seconds = z.number().min(0).max(8.64e12);
const seconds = () => Seconds.nullish();
const text = () => z.string().nullish();

/** What an unknown or odd value of a lesser field becomes. */
const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const Result = z.object({
  agent: z.string(),
  success: z.boolean(),
  result: z.string(),
  session_id: lenient(z.string()),
  cost_usd: lenient(z.number()),
  duration_ms: lenient(z.number()),
  num_turns: lenient(z.int()),
  error: lenient(z.string()),
  error_type: lenient(z.enum(DISPATCH_ERROR_TYPES)),
  parsed_result: z.unknown().optional(),
  denied_tools: lenient(z.array(z.string())),
  hint: lenient(z.string()),
  budget_exceeded: lenient(z.boolean()),
  outcome: lenient(z.enum(['done', 'partial', 'blocked'])),
});

/** A job as the tool before us wrote it (R-AD-102). */
export const ForeignRecord = z.object({
  id: z.string().regex(JOB_ID_PATTERN),
  agent: z.string(),
  task: z.string(),
  context: text(),
  caller: text(),
  goal: text(),
  status: JobStatus,
  created_at: Seconds,
  started_at: seconds(),
  completed_at: seconds(),
  result: Result.nullish(),
  error: text(),
  progress: z.array(z.string()).nullish(),
  progress_updated_at: seconds(),
  /** Ours have it, the older tool's do not. */
  mode: z.unknown().optional(),
});
export type ForeignRecord = z.infer<typeof ForeignRecord>;

/** The job of a record; one that has ended without saying when ended when it was made. */
export function toJob(record: ForeignRecord): Job {
  const { status, result, error = null } = record;
  const open = status === 'pending' || status === 'running';
  const createdAt = toMs(record.created_at);
  return {
    jobId: record.id,
    mode: 'async',
    request: {
      agent: record.agent,
      task: record.task,
      context: record.context ?? '',
      caller: record.caller ?? '',
      goal: record.goal ?? '',
      responseFormat: 'text',
      timeoutSeconds: null,
      group: '',
    },
    spec: UNKNOWN_SPEC,
    status,
    createdAt,
    startedAt: toMsOrNull(record.started_at),
    completedAt: open ? null : (toMsOrNull(record.completed_at) ?? createdAt),
    sessionId: result?.session_id ?? '',
    resume: false,
    ...{ runId: null, hostId: null, parentRunId: null, taskId: null, parentId: null, cacheKey: null },
    chain: [record.agent],
    result: open || result == null ? null : withoutUnset(result),
    error: error ?? result?.error ?? null,
    progress: record.progress ?? [],
    progressUpdatedAt: toMsOrNull(record.progress_updated_at),
  };
}

/** The older tool kept none of it. */
const UNKNOWN_SPEC: Job['spec'] = {
  kind: 'claude-cli',
  directory: '',
  command: [],
  timeoutSeconds: 0,
  options: NO_MODEL_OPTIONS,
  maxBudgetUsd: null,
  maxDispatchDepth: 0,
};

const toMs = (unixSeconds: number): number => Math.round(unixSeconds * 1000);
const toMsOrNull = (unixSeconds: number | null | undefined): number | null =>
  unixSeconds == null ? null : toMs(unixSeconds);

function withoutUnset(result: z.infer<typeof Result>): DispatchResult {
  return Object.fromEntries(
    Object.entries(result).filter(([, value]) => value !== undefined),
  ) as unknown as DispatchResult;
}

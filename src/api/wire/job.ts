import { z } from 'zod';
import { DispatchResult } from '../../core/schema/dispatch.ts';
import { JobMode, JobStatus } from '../../core/schema/job.ts';
import { WireQuestion } from './question.ts';

/** A job in a list (R-AD-109, R-ADX-022); times are Unix seconds. */
export const WireJobEntry = z.strictObject({
  id: z.string(),
  agent: z.string(),
  status: JobStatus,
  /** First 120 characters. */
  task: z.string(),
  created_at: z.number(),
  started_at: z.number().optional(),
  completed_at: z.number().optional(),
  success: z.boolean().optional(),
  cost_usd: z.number().optional(),
  last_progress: z.string().optional(),
  error_type: z.string().optional(),
  outcome: z.string().optional(),
  /** The board task it was made for (R-SYS-022). */
  task_id: z.string().optional(),
});

/** A whole job (R-AD-102); `waiting`: its agent has asked a person something (R-SYS-026). */
export const WireJob = z.strictObject({
  ...{ id: z.string(), agent: z.string(), task: z.string() },
  context: z.string().optional(),
  caller: z.string().optional(),
  goal: z.string().optional(),
  status: z.enum([...JobStatus.options, 'waiting']),
  question: WireQuestion.optional(),
  /** Why it does not run: its place in line, a pause, no worker (R-SYS-017). */
  waiting_for: z.string().optional(),
  created_at: z.number(),
  started_at: z.number().optional(),
  completed_at: z.number().optional(),
  result: DispatchResult.optional(),
  error: z.string().optional(),
  progress: z.array(z.string()).readonly().optional(),
  progress_updated_at: z.number().optional(),
  session_id: z.string().optional(),
  task_id: z.string().optional(),
  mode: JobMode,
  group: z.string().optional(),
  response_format: z.literal('json').optional(),
  timeout_seconds: z.number().optional(),
});

/** The result a reference names, whole or a page of it (R-AD-110). */
export const WireResult = DispatchResult.extend({
  truncated: z.literal(true).optional(),
  /** Characters of the whole result. */
  full_size: z.int().optional(),
  offset: z.int().optional(),
});

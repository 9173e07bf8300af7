import { z } from 'zod';
import { JobStatus } from '../../core/schema/job.ts';

const PlanStatus = z.enum(['running', 'done']);

/** One of several calls; its result, whole or by reference, when it has ended. */
export const WirePart = z.strictObject({
  /** Absent = it was answered without a job. */
  job_id: z.string().optional(),
  status: JobStatus,
  result: z.looseObject({}).optional(),
});

/** Calls side by side, in the order they were asked. */
export const WireParallel = z.strictObject({
  id: z.string(),
  status: PlanStatus,
  items: z.array(WirePart),
  /** What one agent made of all answers; absent = not asked for, or not begun. */
  aggregated: WirePart.optional(),
});

/** A dialogue as far as it has come (R-AD-091). */
export const WireDialogue = z.strictObject({
  id: z.string(),
  status: PlanStatus,
  /** Jobs of the turns, in order. */
  job_ids: z.array(z.string()),
  resolved: z.boolean(),
  rounds: z.int(),
  total_cost_usd: z.number(),
  total_duration_ms: z.number(),
  final_answer: z.string(),
  conversation: z.array(z.looseObject({})),
});

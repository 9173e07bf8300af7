import { z } from 'zod';

/** Kinds of event on a task's stream (R-ART-093). */
export const RunEventType = z.enum([
  'start',
  'text',
  'tool_use',
  'tool_result',
  'stdout',
  'stderr',
  'system',
  'error',
  'retry',
  'end',
]);
export type RunEventType = z.infer<typeof RunEventType>;

/** One event as stored and streamed; `seq` rises through the whole project (R-SYS-024). */
export const RunEvent = z.strictObject({
  seq: z.int(),
  /** ISO 8601, UTC. */
  ts: z.string(),
  /** The board task it is about; null for a call that belongs to none. */
  task_id: z.string().nullable(),
  /** The dispatch it is about; null for a run of a route. */
  job_id: z.string().nullable(),
  run_id: z.string().nullable(),
  attempt: z.int(),
  type: RunEventType,
  data: z.record(z.string(), z.unknown()),
});
export type RunEvent = z.infer<typeof RunEvent>;

/** An event before the store numbers it. */
export type NewRunEvent = Omit<RunEvent, 'seq' | 'ts' | 'job_id'> & {
  readonly ts?: string;
  readonly job_id?: string | null;
};

import { z } from 'zod';

/** One agent run as kept for people: what was asked, how it was run, how it ended (R-ART-051, R-SYS-025). */
export const RunRecord = z.strictObject({
  runId: z.string(),
  /** The board task it works on; null for a call that belongs to none. */
  taskId: z.string().nullable(),
  /** The dispatch it is the run of; null for a run of a route. */
  jobId: z.string().nullable(),
  taskName: z.string(),
  surface: z.enum(['route', 'dispatch', 'role']),
  queueName: z.string().nullable(),
  inProgressQueue: z.string().nullable(),
  agent: z.string(),
  /** Runs of this task so far, this one included. */
  attempt: z.int(),
  retryCount: z.int(),
  hostId: z.string(),
  pid: z.int().nullable(),
  sessionId: z.string().nullable(),
  argv: z.array(z.string()),
  /** Names only; values are never stored. */
  envKeys: z.array(z.string()),
  prompt: z.string(),
  containment: z.string().nullable(),
  timeoutSeconds: z.number().nullable(),
  /** Epoch milliseconds. */
  startedAt: z.int(),
  spawnedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  lastEventAt: z.int().nullable(),
  status: z.enum(['running', 'finished']),
  outcome: z.enum(['success', 'failed', 'timed_out', 'cancelled', 'worker_lost']).nullable(),
  reason: z.string().nullable(),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  costMicroUsd: z.int().nullable(),
  outputPath: z.string().nullable(),
  outputBytes: z.int(),
  tail: z.string(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** Why a task whose own run put it back waits: for the next poll of its queue (a `blockedCode`). */
export const RESTING = 'next-poll';

/** Why a task waits whose try failed in a pass that gives each task one (a `blockedCode`). */
export const NEXT_PASS = 'next-pass';

/** Why a task waits whose agent has asked a person something (a `blockedCode`). */
export const ASKING = 'question';

const TASK_STATUSES = [
  ...(['waiting', 'claimed', 'running', 'retrying', 'asking'] as const),
  ...(['done', 'stuck', 'cancelled', 'dead'] as const),
] as const;

/** What we hold about a board task between runs; the board holds the rest. */
export const TaskState = z.strictObject({
  taskId: z.string(),
  /**
   * `waiting`: asked for a slot; `claimed`/`running`: ours on the board; `asking`: waits in its in-progress queue,
   * without a slot, for a person's answer; `done`, `stuck` (exhausted, left in place), `cancelled` (by a person),
   * `dead` (dead-lettered): settled.
   */
  status: z.enum(TASK_STATUSES),
  /** Owner token of the claim = run id of the latest run. */
  token: z.string().nullable(),
  sourceQueue: z.string().nullable(),
  inProgressQueue: z.string().nullable(),
  retryCount: z.int().min(0),
  runCount: z.int().min(0),
  lostCount: z.int().min(0),
  sessionId: z.string().nullable(),
  /** The one reason it waits, as last decided: code and sentence. */
  blockedCode: z.string().nullable(),
  blockedText: z.string().nullable(),
  /** Something a person should know: finished without moving, exhausted in place. */
  anomaly: z.string().nullable(),
  lastOutcome: z.string().nullable(),
  lastReason: z.string().nullable(),
  updatedAt: z.int(),
});
export type TaskState = z.infer<typeof TaskState>;

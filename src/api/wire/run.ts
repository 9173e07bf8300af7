import { z } from 'zod';
import { usdOf } from '../../core/policy/money/dollars.ts';
import type { RunRecord } from '../../core/schema/run-record.ts';
import { isoTime, isoTimeOrNull, secondsBetween } from './time.ts';

const Outcome = z.enum(['success', 'failed', 'timed_out', 'cancelled', 'worker_lost']).nullable();

/** A run as `GET /agents` lists it (R-ART-086). */
export const WireAgent = z.strictObject({
  task_id: z.string(),
  task_name: z.string(),
  queue_name: z.string().nullable(),
  in_progress_queue: z.string().nullable(),
  started_at: z.string(),
  runtime_seconds: z.number(),
  /** Seconds; null = none. */
  timeout: z.number().nullable(),
  pid: z.int().nullable(),
  attempt: z.int(),
  retry_count: z.int(),
  agent: z.string(),
  run_id: z.string(),
  status: z.enum(['running', 'finished']),
  outcome: Outcome,
});
export type WireAgent = z.infer<typeof WireAgent>;

/** A run record as `GET /agents` shows it. */
export function wireAgent(run: RunRecord, nowMs: number): WireAgent {
  const startedAt = run.spawnedAt ?? run.startedAt;
  return {
    task_id: run.taskId ?? '',
    task_name: run.taskName,
    queue_name: run.queueName,
    in_progress_queue: run.inProgressQueue,
    started_at: isoTime(startedAt),
    runtime_seconds: secondsBetween(startedAt, run.endedAt ?? nowMs),
    timeout: run.timeoutSeconds,
    pid: run.pid,
    attempt: run.attempt,
    retry_count: run.retryCount,
    agent: run.agent,
    run_id: run.runId,
    status: run.status,
    outcome: run.outcome,
  };
}

/** A run in a list of runs. */
export const WireRun = WireAgent.extend({
  task_id: z.string().nullable(),
  /** The dispatch it is the run of. */
  job_id: z.string().nullable(),
  surface: z.enum(['route', 'dispatch', 'role']),
  host_id: z.string(),
  ended_at: z.string().nullable(),
  reason: z.string().nullable(),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  cost_usd: z.number().nullable(),
  output_bytes: z.int(),
});
export type WireRun = z.infer<typeof WireRun>;

/** One run with everything kept of it (R-SYS-025); variable names only, never values. */
export const WireRunDetail = WireRun.extend({
  prompt: z.string(),
  argv: z.array(z.string()),
  env_keys: z.array(z.string()),
  session_id: z.string().nullable(),
  containment: z.string().nullable(),
  last_event_at: z.string().nullable(),
  tail: z.string(),
});
export type WireRunDetail = z.infer<typeof WireRunDetail>;

/** A run record as `GET /runs` shows it. */
export function wireRun(run: RunRecord, nowMs: number): WireRun {
  return {
    ...wireAgent(run, nowMs),
    task_id: run.taskId,
    job_id: run.jobId,
    surface: run.surface,
    host_id: run.hostId,
    ended_at: isoTimeOrNull(run.endedAt),
    reason: run.reason,
    exit_code: run.exitCode,
    signal: run.signal,
    cost_usd: run.costMicroUsd === null ? null : usdOf(run.costMicroUsd),
    output_bytes: run.outputBytes,
  };
}

/** A run record as `GET /runs/{id}` shows it. */
export function wireRunDetail(run: RunRecord, nowMs: number): WireRunDetail {
  return {
    ...wireRun(run, nowMs),
    prompt: run.prompt,
    argv: run.argv,
    env_keys: run.envKeys,
    session_id: run.sessionId,
    containment: run.containment,
    last_event_at: isoTimeOrNull(run.lastEventAt),
    tail: run.tail,
  };
}

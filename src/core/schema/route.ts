import { z } from 'zod';
import {
  AGENT_TIMEOUT_SECONDS_MAX,
  POLL_INTERVAL_SECONDS_MAX,
  QUEUE_NAME_LENGTH_MAX,
  RETRIES_MAX,
  RETRY_BACKOFF_SECONDS_MAX,
} from '../limits.ts';

export const QueueName = z.string().min(1).max(QUEUE_NAME_LENGTH_MAX);

/** Off for this route, although a global value exists (R-ART-070). */
const Disabled = z.union([z.literal('none'), z.literal(false)]);

/** A route as a person or an API call writes it; what is absent or null is inherited (R-ART-016). */
export const RouteConfig = z.object({
  queue_name: QueueName,
  in_progress_queue: QueueName.nullish(),
  /** Name of an agent of the configuration; absent = the base `command`. */
  agent: z.string().min(1).nullish(),
  command: z.union([z.string(), z.array(z.string())]).nullish(),
  args: z.array(z.string()).nullish(),
  prompt_template: z.string().nullish(),
  prompt_via: z.enum(['argument', 'stdin']).nullish(),
  cwd: z.string().nullish(),
  env: z.record(z.string(), z.string()).nullish(),
  /** Seconds; `none` = no timeout even when a global one exists (R-ART-053). */
  timeout: z.union([z.number().positive().max(AGENT_TIMEOUT_SECONDS_MAX), z.literal('none')]).nullish(),
  silence_timeout: z
    .union([z.number().positive().max(AGENT_TIMEOUT_SECONDS_MAX), z.literal('none')])
    .nullish(),
  /** Seconds. */
  poll_interval: z.number().positive().max(POLL_INTERVAL_SECONDS_MAX).nullish(),
  priority: z.int().nullish(),
  max_retries: z.int().min(0).max(RETRIES_MAX).nullish(),
  retry_backoff_seconds: z.number().min(0).max(RETRY_BACKOFF_SECONDS_MAX).nullish(),
  non_retryable_exit_codes: z.array(z.int()).nullish(),
  dead_letter_queue: z.union([QueueName, Disabled]).nullish(),
  /** Where a successful task goes by itself; absent = the agent moves it (R-ART-050). */
  completed_queue: QueueName.nullish(),
  on_external_move: z.enum(['keep', 'cancel']).nullish(),
  assignee: z.string().nullish(),
  /** Where its runs take their slots; default `routes` (R-SYS-016). */
  pool: z.string().min(1).nullish(),
  /** Where a task goes that failed beyond repair by another try; absent = the dead-letter queue (R-PROD-042). */
  failed_queue: QueueName.nullish(),
});
export type RouteConfig = z.infer<typeof RouteConfig>;

/** A route with every default filled in; what a claim copies and a run keeps (R-ART-108). */
export const Route = z.strictObject({
  queueName: z.string(),
  inProgressQueue: z.string(),
  agent: z.string(),
  args: z.array(z.string()),
  promptTemplate: z.string().nullable(),
  /** Null = none. Seconds. */
  timeoutSeconds: z.number().nullable(),
  pollIntervalSeconds: z.number(),
  priority: z.int().nullable(),
  maxRetries: z.int(),
  retryBackoffSeconds: z.number(),
  nonRetryableExitCodes: z.array(z.int()),
  deadLetterQueue: z.string().nullable(),
  deadLetterQueueSource: z.enum(['route', 'global', 'disabled', 'unset']),
  completedQueue: z.string().nullable(),
  onExternalMove: z.enum(['keep', 'cancel']),
  assignee: z.string().nullable(),
  /** Pool of slots its runs come from; absent = `routes`. */
  pool: z.string().optional(),
  /** Queue of tasks that no further try can help; absent = the dead-letter queue. */
  failedQueue: z.string().optional(),
  origin: z.enum(['code', 'api']),
  /** 0, 1, 2 … in registration order, the tie-break (R-ART-038). */
  index: z.int().min(0),
});
export type Route = z.infer<typeof Route>;

/** An agent with every default filled in: what to run and where. */
export const AgentSpec = z.strictObject({
  name: z.string(),
  kind: z.string(),
  command: z.array(z.string()),
  promptVia: z.enum(['argument', 'stdin']),
  cwd: z.string().nullable(),
  env: z.record(z.string(), z.string()),
  timeoutSeconds: z.number().nullable(),
  silenceSeconds: z.number().nullable(),
  /** Kind-specific options, checked by that kind. */
  options: z.record(z.string(), z.unknown()),
});
export type AgentSpec = z.infer<typeof AgentSpec>;

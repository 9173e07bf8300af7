import { z } from 'zod';
import { TaskState } from '../../core/schema/run-record.ts';
import { ChecklistItem, LedgerFacts, type Task, TaskComment } from '../../core/schema/task.ts';

/** What we know about a task between runs, as one word; `idle`: we have never taken it up. */
export const TaskStatus = z.enum(['idle', ...TaskState.shape.status.options]);

/** The columns of a ledger. */
const WireLedgerFacts = z.strictObject({
  role: z.string(),
  status: LedgerFacts.shape.status,
  parent_task_id: z.string().nullable(),
  dependencies: z.array(z.string()),
  payload: z.record(z.string(), z.unknown()),
  output_refs: z.array(z.string()),
  priority: z.int(),
  sprint_id: z.string().nullable(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  retry_count: z.int(),
  escalation_reason: z.string().nullable(),
  cost_usd: z.number(),
  actual_cost_usd: z.number().nullable(),
  config_isolation: z.string().nullable(),
});

/** A task as the API shows it (R-ART-088…090); the checklist is called `tasks` on the wire. */
export const WireTask = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  labels: z.array(z.string()),
  assignees: z.array(z.string()),
  comments: z.array(TaskComment),
  tasks: z.array(ChecklistItem),
  retry_count: z.int(),
  queue_name: z.string(),
  state: TaskStatus,
  /** Why it waits, while it waits. */
  waiting_reason: z.string().nullable(),
  /** Its retries are used up and it was left in place (R-ART-066). */
  stuck: z.boolean(),
  url: z.string().optional(),
  /** What a ledger knows of it beside all this (R-PROD-022). */
  ledger: WireLedgerFacts.optional(),
});
export type WireTask = z.infer<typeof WireTask>;

/** Is the task still where it was given up? Once a person has moved it, it is not stuck any more. */
export function isStuck(queueName: string, state: TaskState | null): boolean {
  return state?.status === 'stuck' && (state.inProgressQueue ?? queueName) === queueName;
}

/** Board task and our own bookkeeping as one wire task. */
export function wireTask(task: Task, state: TaskState | null, url: string | null = null): WireTask {
  return {
    id: task.id,
    name: task.name,
    description: task.description,
    labels: task.labels,
    assignees: task.assignees,
    comments: task.comments,
    tasks: task.checklist,
    retry_count: state?.retryCount ?? 0,
    queue_name: task.queueName,
    state: state?.status ?? 'idle',
    waiting_reason: task.blocked?.text ?? waitingReason(state),
    stuck: isStuck(task.queueName, state),
    ...(url === null ? {} : { url }),
    ...(task.ledger === undefined ? {} : { ledger: wireLedger(task.ledger) }),
  };
}

/** The sentence of a task that waits; null for all others. */
export function waitingReason(state: TaskState | null): string | null {
  const waits = state?.status === 'waiting' || state?.status === 'retrying' || state?.status === 'asking';
  return waits ? state.blockedText : null;
}

const wireLedger = (facts: LedgerFacts): z.infer<typeof WireLedgerFacts> => ({
  ...{ role: facts.role, status: facts.status, parent_task_id: facts.parentTaskId },
  ...{ dependencies: facts.dependencies, payload: facts.payload, output_refs: facts.outputRefs },
  ...{ priority: facts.priority, sprint_id: facts.sprintId, created_at: facts.createdAt },
  ...{ started_at: facts.startedAt, finished_at: facts.finishedAt, retry_count: facts.retryCount },
  ...{ escalation_reason: facts.escalationReason, cost_usd: facts.costUsd },
  ...{ actual_cost_usd: facts.actualCostUsd, config_isolation: facts.configIsolation },
});

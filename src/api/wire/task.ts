import { z } from 'zod';
import { TaskState } from '../../core/schema/run-record.ts';
import { ChecklistItem, type Task, TaskComment } from '../../core/schema/task.ts';

/** What we know about a task between runs, as one word; `idle`: we have never taken it up. */
export const TaskStatus = z.enum(['idle', ...TaskState.shape.status.options]);

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
    waiting_reason: waitingReason(state),
    stuck: isStuck(task.queueName, state),
    ...(url === null ? {} : { url }),
  };
}

/** The sentence of a task that waits; null for all others. */
export function waitingReason(state: TaskState | null): string | null {
  const waits = state?.status === 'waiting' || state?.status === 'retrying' || state?.status === 'asking';
  return waits ? state.blockedText : null;
}

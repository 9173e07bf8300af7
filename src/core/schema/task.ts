import { z } from 'zod';

/** A note on a task; plain strings of a hand-written board are read as `{text}` (R-ART-089). */
export const TaskComment = z.strictObject({
  id: z.string().optional(),
  text: z.string(),
  author: z.string().optional(),
  /** ISO 8601, UTC. */
  created_at: z.string().optional(),
});
export type TaskComment = z.infer<typeof TaskComment>;

/** A sub-item of a task; the wire calls the array `tasks` (glossary C3). */
export const ChecklistItem = z.strictObject({
  id: z.string().optional(),
  name: z.string(),
  completed: z.boolean(),
});
export type ChecklistItem = z.infer<typeof ChecklistItem>;

/** The part of a task that only a ledger has (R-PROD-022); times are ISO 8601 in UTC. */
export const LedgerFacts = z.strictObject({
  role: z.string(),
  status: z.enum(['pending', 'in_progress', 'done', 'failed', 'escalated', 'killed']),
  parentTaskId: z.string().nullable(),
  dependencies: z.array(z.string()),
  payload: z.record(z.string(), z.unknown()),
  outputRefs: z.array(z.string()),
  /** 0 urgent … 5 someday. */
  priority: z.int(),
  sprintId: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  retryCount: z.int(),
  escalationReason: z.string().nullable(),
  costUsd: z.number(),
  actualCostUsd: z.number().nullable(),
  configIsolation: z.string().nullable(),
});
export type LedgerFacts = z.infer<typeof LedgerFacts>;

/** A board item as the core sees it. */
export const Task = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  labels: z.array(z.string()),
  assignees: z.array(z.string()),
  comments: z.array(TaskComment),
  checklist: z.array(ChecklistItem),
  /** The queue it is in now. */
  queueName: z.string(),
  /** Owner token of the claim, where the board can hold one. */
  claimToken: z.string().optional(),
  /** Why the board does not give it out although it stands in its queue: dependencies that are not done. */
  blocked: z.strictObject({ code: z.literal('dependencies'), text: z.string() }).optional(),
  /** What a ledger keeps of a task beside all this. */
  ledger: LedgerFacts.optional(),
});
export type Task = z.infer<typeof Task>;

/** What a poll returns of a ready task: enough to choose, in board order (R-ART-039). */
export const ReadyTask = z.strictObject({
  id: z.string(),
  name: z.string(),
  queueName: z.string(),
  /** Its place in line, lower is first, where it does not depend on its neighbours; absent = as it is listed. */
  place: z.number().optional(),
  /** Why it is not given out, where a list holds such tasks. */
  blocked: z.string().optional(),
});
export type ReadyTask = z.infer<typeof ReadyTask>;

/** A queue and how much is in it. */
export const QueueSummary = z.strictObject({ name: z.string(), taskCount: z.int().min(0) });
export type QueueSummary = z.infer<typeof QueueSummary>;

/** One queue with the tasks in it, in board order. */
export const QueueDetail = QueueSummary.extend({
  tasks: z.array(z.strictObject({ id: z.string(), name: z.string() })),
});
export type QueueDetail = z.infer<typeof QueueDetail>;

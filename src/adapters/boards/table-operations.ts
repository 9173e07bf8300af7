import { createHash, randomUUID } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import type { ClaimRequest, TaskExtras, TaskPatch, TaskShadow, WriteMark } from '../../core/ports/board.ts';
import type { QueueDetail, QueueSummary, ReadyTask, Task } from '../../core/schema/task.ts';
import type { StoredTask, TaskTable } from './task-table.ts';

/*
 * What each board method means, as a function of a table. An operation checks first and changes last, so one
 * that throws has changed nothing, and applying it again to a newer table is how edits are merged.
 */

/** The tasks of these queues; unknown queues are skipped (R-ART-029). */
export function readyTasks(table: TaskTable, queueNames: readonly string[]): readonly ReadyTask[] {
  const known = queueNames.filter((name) => table.hasQueue(name));
  const [only] = known;
  if (known.length === 1 && only !== undefined) return table.ready(only);
  return known.flatMap((name) => table.ready(name));
}

/** The task with this id, as a copy the caller may keep. */
export function readTask(table: TaskTable, taskId: string): Task {
  return toTask(existing(table, taskId));
}

/** Moves to the end of the target queue. */
export function moveTask(table: TaskTable, taskId: string, to: string): void {
  const task = existing(table, taskId);
  requireQueue(table, to);
  if (task.queueName !== to) table.move(taskId, to);
}

/** Moves when the task is still where the caller saw it. */
export function moveTaskFrom(table: TaskTable, taskId: string, from: string, to: string): boolean {
  const task = existing(table, taskId);
  requireQueue(table, to);
  if (task.queueName !== from) return false;
  if (from !== to) table.move(taskId, to);
  return true;
}

/** Compare-and-set pick-up; the same token finds its own claim again (R-ART-031). */
export function claimTask(table: TaskTable, taskId: string, request: ClaimRequest): boolean {
  const task = existing(table, taskId);
  requireQueue(table, request.to);
  if (task.queueName !== request.from) return task.queueName === request.to && task.token === request.token;
  const { assignee, token, to } = request;
  const isNew = assignee !== undefined && !task.assignees.includes(assignee);
  table.patch(taskId, isNew ? { token, assignees: [...task.assignees, assignee] } : { token });
  table.move(taskId, to);
  return true;
}

/** Adds a comment once per key: the comment's id is made from the key. */
export function addComment(table: TaskTable, taskId: string, text: string, mark: WriteMark = {}): void {
  const task = existing(table, taskId);
  const id = mark.key === undefined ? randomUUID() : keyHash(mark.key);
  if (task.comments.some((comment) => comment.id === id)) return;
  const author = mark.author === undefined ? {} : { author: mark.author };
  const comment = { id, text, ...author, created_at: new Date().toISOString() };
  table.patch(taskId, { comments: [...task.comments, comment] });
}

/** Changes only the given fields; arrays replace (R-ART-098). */
export function updateTask(table: TaskTable, taskId: string, patch: TaskPatch): Task {
  const task = existing(table, taskId);
  const { name = task.name, description = task.description } = patch;
  const labels = replaced(task.labels, patch.labels);
  const assignees = replaced(task.assignees, patch.assignees);
  const same =
    name === task.name &&
    description === task.description &&
    labels === task.labels &&
    assignees === task.assignees;
  return toTask(same ? task : table.patch(taskId, { name, description, labels, assignees }));
}

/** A new task at the end of its queue. */
export interface NewTask extends TaskExtras, WriteMark {
  readonly queueName: string;
  readonly name: string;
  readonly description: string;
}

/** Creates a task once per key; `nextId` is asked only when it is really new. */
export function createTask(table: TaskTable, input: NewTask, nextId: (table: TaskTable) => string): Task {
  const createdBy = input.key === undefined ? undefined : keyHash(input.key);
  const earlier = createdBy === undefined ? undefined : table.findCreated(createdBy);
  if (earlier !== undefined) return toTask(earlier);
  requireQueue(table, input.queueName);
  const task: StoredTask = {
    id: nextId(table),
    name: input.name,
    description: input.description,
    labels: [...(input.labels ?? [])],
    assignees: [...(input.assignees ?? [])],
    comments: [],
    checklist: [],
    queueName: input.queueName,
    createdBy,
  };
  table.insert(task);
  return toTask(task);
}

/** Every queue in board order with its size (R-ART-101). */
export function listQueues(table: TaskTable): QueueSummary[] {
  return Array.from(table.queueNames(), (name) => summary(table, name));
}

/** One queue with its tasks (R-ART-102). */
export function readQueue(table: TaskTable, queueName: string): QueueDetail {
  requireQueue(table, queueName);
  const tasks = table.ready(queueName).map(({ id, name }) => ({ id, name }));
  return { name: queueName, taskCount: tasks.length, tasks };
}

/** Adds an empty queue at the end (R-ART-103). */
export function createQueue(table: TaskTable, queueName: string): QueueSummary {
  refuseQueue(table, queueName);
  table.addQueue(queueName);
  return summary(table, queueName);
}

/** Renames a queue where it stands (R-ART-104). */
export function renameQueue(table: TaskTable, queueName: string, newName: string): QueueSummary {
  requireQueue(table, queueName);
  if (newName !== queueName) {
    refuseQueue(table, newName);
    table.renameQueue(queueName, newName);
  }
  return summary(table, newName);
}

/** Deletes an empty queue only (R-ART-105). */
export function deleteQueue(table: TaskTable, queueName: string): void {
  requireQueue(table, queueName);
  const size = table.queueSize(queueName);
  if (size > 0) {
    throw new AppError('queue-not-empty', `Queue ${quoted(queueName)} holds ${size} tasks`, {
      hint: 'move its tasks to another queue first',
      details: { queueName, taskCount: size },
    });
  }
  table.removeQueue(queueName);
}

/** Puts our bookkeeping beside the task for people to see. */
export function showShadow(table: TaskTable, taskId: string, shadow: TaskShadow): void {
  const task = existing(table, taskId);
  const { retry_count: retryCount = task.retryCount, state = task.state } = shadow;
  if (retryCount !== task.retryCount || state !== task.state) table.patch(taskId, { retryCount, state });
}

/** What is kept of a write key: a short name for it, safe in any file. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

function existing(table: TaskTable, taskId: string): StoredTask {
  const task = table.find(taskId);
  if (task !== undefined) return task;
  throw new AppError('task-not-found', `Task ${quoted(taskId)} not found`, { details: { taskId } });
}

function requireQueue(table: TaskTable, queueName: string): void {
  if (table.hasQueue(queueName)) return;
  throw new AppError('queue-not-found', `Queue ${quoted(queueName)} not found`, { details: { queueName } });
}

function refuseQueue(table: TaskTable, queueName: string): void {
  if (!table.hasQueue(queueName)) return;
  throw new AppError('already-exists', `Queue ${quoted(queueName)} exists`, { details: { queueName } });
}

const quoted = (name: string): string => JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);

const summary = (table: TaskTable, name: string): QueueSummary => ({
  name,
  taskCount: table.queueSize(name),
});

function replaced(old: string[], list: readonly string[] | undefined): string[] {
  if (list === undefined) return old;
  const same = list.length === old.length && list.every((value, index) => value === old[index]);
  return same ? old : [...list];
}

function toTask({ token, retryCount: _r, state: _s, createdBy: _c, ...task }: StoredTask): Task {
  return {
    ...task,
    labels: [...task.labels],
    assignees: [...task.assignees],
    comments: task.comments.map((comment) => ({ ...comment })),
    checklist: task.checklist.map((item) => ({ ...item })),
    ...(token === undefined ? {} : { claimToken: token }),
  };
}

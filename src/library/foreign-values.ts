import { AppError } from '../core/errors.ts';
import type { QueueSummary, Task, TaskComment } from '../core/schema/task.ts';

type Bag = Readonly<Record<string, unknown>>;

/** The value as something with fields, or null. */
export const bagOf = (value: unknown): Bag | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : null;

/** The first of these fields that says something. */
export function field(bag: Bag, ...names: readonly string[]): unknown {
  return names.map((name) => bag[name]).find((value) => value !== undefined && value !== null);
}

const text = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : '';

const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value instanceof Set ? [...value] : [];

/** Labels and assignees: texts, or objects with a name. */
const names = (value: unknown): string[] =>
  list(value)
    .map((item) =>
      text(bagOf(item) === null ? item : field(bagOf(item) ?? {}, 'name', 'username', 'title', 'id')),
    )
    .filter((name) => name !== '');

const time = (value: unknown): string | undefined =>
  value instanceof Date ? value.toISOString() : text(value) || undefined;

function comment(value: unknown): TaskComment {
  const bag = bagOf(value);
  if (bag === null) return { text: text(value) };
  const id = text(bag.id);
  const author = names([field(bag, 'author', 'user', 'created_by')])[0];
  const createdAt = time(field(bag, 'created_at', 'createdAt'));
  return {
    text: text(field(bag, 'text', 'comment', 'body', 'content')),
    ...(id === '' ? {} : { id }),
    ...(author === undefined ? {} : { author }),
    ...(createdAt === undefined ? {} : { created_at: createdAt }),
  };
}

function checklistItem(value: unknown): Task['checklist'][number] {
  const bag = bagOf(value) ?? { name: value };
  const id = text(bag.id);
  return {
    ...(id === '' ? {} : { id }),
    name: text(field(bag, 'name', 'title', 'text')),
    completed: field(bag, 'completed', 'is_completed', 'isCompleted', 'done') === true,
  };
}

/** The id of what a board returned: a text or number, or its `id` field. Throws `board-broken` without one. */
export function idOf(value: unknown, method: string): string {
  const id = text(bagOf(value) === null ? value : bagOf(value)?.id);
  if (id !== '') return id;
  throw new AppError('board-broken', `queue_backend: ${method} returned a task without an id`);
}

/** The queue a task says it is in, or null. */
export function queueOf(value: unknown): string | null {
  const found = field(bagOf(value) ?? {}, 'queue_name', 'queueName', 'queue');
  return text(bagOf(found) === null ? found : bagOf(found)?.name) || null;
}

/** The task's name; a board may leave it out. */
export const nameOf = (value: unknown): string => text(field(bagOf(value) ?? {}, 'name', 'title'));

/** Whatever a board calls a task, as ours; everything but the id may be missing. */
export function taskOf(value: unknown, queueName: string): Task {
  const bag = bagOf(value) ?? {};
  return {
    id: idOf(value, 'get_task'),
    name: nameOf(value),
    description: text(bag.description),
    labels: names(bag.labels),
    assignees: names(bag.assignees),
    comments: list(bag.comments).map(comment),
    checklist: list(field(bag, 'checklist', 'tasks')).map(checklistItem),
    queueName,
  };
}

/** Queues as a list of names, a list of objects, or a map of name to count or tasks. */
export function queuesOf(value: unknown): QueueSummary[] {
  const bag = bagOf(value);
  if (bag !== null && !('name' in bag)) {
    return Object.entries(bag).map(([name, count]) => ({ name, taskCount: countOf(count) }));
  }
  return list(value).map((queue) => summaryOf(queue, text(queue)));
}

/** One queue; what is not said is none. */
export function summaryOf(value: unknown, name: string): QueueSummary {
  const bag = bagOf(value) ?? {};
  const count = field(bag, 'task_count', 'taskCount', 'count', 'tasks');
  return { name: text(bag.name) || name, taskCount: countOf(count) };
}

function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

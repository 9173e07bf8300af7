import { z } from 'zod';
import { QUEUE_NAME_LENGTH_MAX, TASK_ID_LENGTH_MAX } from '../../core/limits.ts';
import { scanElements, scanMembers } from './json-scan.ts';
import { bracket, type JsonStyle, oneLine, valueText } from './json-style.ts';
import type { StoredTask, TaskSource } from './task-table.ts';

/** Depth of a task's bracket in a board file: board, queues, queue, task. */
const TASK_DEPTH = 3;

const Comment = z.union(
  [
    z.string().transform((text) => ({ text })),
    z
      .object({
        id: z.coerce.string().nullish(),
        text: z.string(),
        author: z.string().nullish(),
        created_at: z.string().nullish(),
      })
      .transform(({ id, text, author, created_at }) => ({
        ...(id == null ? {} : { id }),
        text,
        ...(author == null ? {} : { author }),
        ...(created_at == null ? {} : { created_at }),
      })),
  ],
  { error: 'must be a text or an object with a text' },
);

const ChecklistEntry = z.union(
  [
    z.string().transform((name) => ({ name, completed: false })),
    z
      .object({
        id: z.coerce.string().nullish(),
        name: z.string(),
        completed: z.boolean().nullish(),
      })
      .transform(({ id, name, completed }) => ({
        ...(id == null ? {} : { id }),
        name,
        completed: completed ?? false,
      })),
  ],
  { error: 'must be a name or an object with a name' },
);

const listOf = <T extends z.ZodType>(element: T) =>
  z
    .array(element)
    .nullish()
    .transform((list) => list ?? []);

/** A task as people and programs write it: only the id is required; unknown keys are none of our business. */
const WrittenTask = z.object({
  id: z
    .union([z.string(), z.int()], { error: 'must be a text or a whole number' })
    .transform(String)
    .pipe(z.string().min(1).max(TASK_ID_LENGTH_MAX)),
  name: z.string().nullish(),
  description: z.string().nullish(),
  labels: listOf(z.string()),
  assignees: listOf(z.string()),
  comments: listOf(Comment),
  tasks: listOf(ChecklistEntry),
  dispatch: z.unknown().optional(),
});

/** Our bookkeeping in a task; anything unexpected in it is as if it were not there. */
const Bookkeeping = z
  .object({
    token: z.string().optional().catch(undefined),
    retry_count: z.int().optional().catch(undefined),
    state: z.string().optional().catch(undefined),
    created_by: z.string().optional().catch(undefined),
  })
  .catch({});

/** A problem inside one task: the path below the task and what is wrong there. */
export interface TaskFault {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

/** The task in this text, which is known to be JSON. */
export function readTaskText(text: string, queueName: string): StoredTask | TaskFault {
  const parsed = WrittenTask.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { path: issue?.path ?? [], problem: issue?.message ?? 'not a task' };
  }
  const { id, name, description, labels, assignees, comments, tasks, dispatch } = parsed.data;
  const { token, retry_count, state, created_by } = Bookkeeping.parse(dispatch);
  return {
    id,
    name: name ?? '',
    description: description ?? '',
    labels,
    assignees,
    comments,
    checklist: tasks,
    queueName,
    token,
    retryCount: retry_count,
    state,
    createdBy: created_by,
  };
}

/** The queue names a file may hold: what our own operations would accept, and nothing that is empty. */
export const isQueueName = (name: string): boolean => name !== '' && name.length <= QUEUE_NAME_LENGTH_MAX;

/** The text of a task: what did not change since `source` keeps its letters. */
export function writeTaskText(task: StoredTask, source: TaskSource | null, style: JsonStyle): string {
  if (source === null) return newTaskText(task, style);
  const layout = source.text.includes('\n') ? style : oneLine(style);
  const members = new Map<string, string>();
  const keys = new Map<string, string>();
  for (const { key, keyText, start, end } of scanMembers(source.text, 0)) {
    keys.set(key, keyText);
    members.set(key, source.text.slice(start, end));
  }
  for (const key of ['name', 'description', 'labels', 'assignees'] as const) {
    if (task[key] !== source.task[key]) members.set(key, valueText(task[key], layout, TASK_DEPTH + 1));
  }
  const added = task.comments.slice(source.task.comments.length);
  if (added.length > 0) members.set('comments', withElements(members.get('comments'), added, layout));
  const dispatch = bookkeepingText(task, source.task, members.get('dispatch'), layout);
  if (dispatch !== null) members.set('dispatch', dispatch);
  return objectText(members, keys, layout, TASK_DEPTH);
}

function newTaskText(task: StoredTask, style: JsonStyle): string {
  const { id, name, description, labels, assignees, comments, checklist } = task;
  const dispatch = bookkeeping(task);
  const value = {
    id,
    name,
    description,
    labels,
    assignees,
    comments,
    tasks: checklist,
    ...(Object.values(dispatch).every((field) => field === undefined) ? {} : { dispatch }),
  };
  return valueText(value, style, TASK_DEPTH);
}

const bookkeeping = ({ token, retryCount, state, createdBy }: StoredTask) => ({
  token,
  retry_count: retryCount,
  state,
  created_by: createdBy,
});

/** The `dispatch` member with our changed fields in it, or null when none changed. */
function bookkeepingText(
  task: StoredTask,
  old: StoredTask,
  text: string | undefined,
  style: JsonStyle,
): string | null {
  const before = bookkeeping(old);
  const changed = Object.entries(bookkeeping(task)).filter(
    ([key, value]) => value !== before[key as keyof typeof before],
  );
  if (changed.length === 0) return null;
  const members = new Map<string, string>();
  const keys = new Map<string, string>();
  for (const { key, keyText, start, end } of text?.startsWith('{') ? scanMembers(text, 0) : []) {
    keys.set(key, keyText);
    members.set(key, (text ?? '').slice(start, end));
  }
  for (const [key, value] of changed) {
    if (value === undefined) members.delete(key);
    else members.set(key, JSON.stringify(value));
  }
  return objectText(members, keys, style, TASK_DEPTH + 1);
}

function withElements(text: string | undefined, added: readonly unknown[], style: JsonStyle): string {
  const old = text?.startsWith('[') ? scanElements(text, 0) : [];
  const parts = old.map(({ start, end }) => (text ?? '').slice(start, end));
  const depth = TASK_DEPTH + 1;
  return bracket('[]', [...parts, ...added.map((value) => valueText(value, style, depth + 1))], style, depth);
}

function objectText(
  members: ReadonlyMap<string, string>,
  keys: ReadonlyMap<string, string>,
  style: JsonStyle,
  depth: number,
): string {
  const parts = Array.from(
    members,
    ([key, value]) => (keys.get(key) ?? JSON.stringify(key)) + style.colon + value,
  );
  return bracket('{}', parts, style, depth);
}

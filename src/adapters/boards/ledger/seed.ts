import { invalidInput } from '../../../core/errors.ts';
import { SeedFile, type SeedTask } from '../../../core/schema/seed-task.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { createUlid } from '../ulid.ts';
import { appendEvent, PRODUCER } from './audit.ts';
import { checkDependencies } from './dependencies.ts';
import { ledger, type TaskRow } from './ledger-tables.ts';
import { checkRoleName } from './queue-names.ts';
import { findTask } from './read-tasks.ts';
import { isoSeconds } from './times.ts';

const insert = query((a: Omit<TaskRow, 'outputRefs' | 'startedAt' | 'finishedAt'>) =>
  ledger.insertInto('tasks').values({
    ...{ id: a.id, agentOwner: a.agentOwner, status: a.status, title: a.title },
    ...{ description: a.description, parentTaskId: a.parentTaskId, dependencies: a.dependencies },
    ...{ payload: a.payload, outputRefs: '[]', priority: a.priority, sprintId: a.sprintId },
    ...{ createdAt: a.createdAt, retryCount: 0, costUsd: 0 },
  } as never),
);

/** The tasks of a seed file; `invalid-input` names the first entry that is wrong. */
export function parseSeed(text: string): readonly SeedTask[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    invalidInput('seed', `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = SeedFile.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return invalidInput(`seed${pathText(issue?.path ?? [])}`, issue?.message ?? 'is not a list of tasks');
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');

/** What became of a seed file. */
export interface Seeded {
  readonly inserted: number;
  /** Tasks whose id was there already. */
  readonly skipped: number;
}

/** Puts all tasks of a seed file in line or none; tasks may depend on each other in any order (R-PROD-009). */
export function seedTasks(connection: Connection, tasks: readonly SeedTask[]): Seeded {
  const fresh = tasks
    .map((task) => ({ ...task, id: task.id ?? createUlid() }))
    .filter(({ id }) => findTask(connection, id) === undefined);
  const byId = new Map(fresh.map((task) => [task.id, task]));
  for (const task of parentsFirst(byId)) insertOne(connection, task);
  for (const { id, dependencies } of byId.values()) checkDependencies(connection, id, dependencies);
  const answer = { inserted: byId.size, skipped: tasks.length - byId.size };
  appendEvent(connection, { agentOwner: PRODUCER, action: 'tasks_seeded', detail: { ...answer } });
  return answer;
}

type Numbered = SeedTask & { readonly id: string };

/** A parent must be there before its child. */
function parentsFirst(byId: ReadonlyMap<string, Numbered>): Numbered[] {
  const ordered = new Map<string, Numbered>();
  const add = (task: Numbered, below: ReadonlySet<string>): void => {
    if (ordered.has(task.id)) return;
    if (below.has(task.id)) invalidInput('parent_task_id', `task ${task.id} is its own ancestor`);
    const parent = byId.get(task.parent_task_id ?? '');
    if (parent !== undefined) add(parent, new Set([...below, task.id]));
    ordered.set(task.id, task);
  };
  for (const task of byId.values()) add(task, new Set());
  return [...ordered.values()];
}

function insertOne(connection: Connection, task: Numbered): void {
  checkRoleName('agent_owner', task.agent_owner);
  const parentTaskId = task.parent_task_id ?? null;
  if (parentTaskId !== null && findTask(connection, parentTaskId) === undefined)
    invalidInput('parent_task_id', `no task ${JSON.stringify(parentTaskId)}`);
  connection.run(insert, {
    ...{ id: task.id, agentOwner: task.agent_owner, status: task.status, title: task.title },
    ...{ description: task.description, parentTaskId, priority: task.priority },
    dependencies: JSON.stringify(task.dependencies),
    payload: JSON.stringify(task.payload),
    sprintId: task.sprint_id ?? null,
    createdAt: task.created_at ?? isoSeconds(Date.now()),
    ...{ retryCount: 0, costUsd: 0, escalationReason: null, actualCostUsd: null, configIsolation: null },
  });
}

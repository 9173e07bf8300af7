import { AppError, invalidInput } from '../../../core/errors.ts';
import { TASK_PAYLOAD_BYTES_MAX, TASK_PRIORITY_MAX } from '../../../core/ledger-limits.ts';
import type { LedgerExtras } from '../../../core/ports/board.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { keyHash } from '../table-operations.ts';
import { createUlid } from '../ulid.ts';
import { appendEvent, PRODUCER } from './audit.ts';
import { requireTask } from './decisions.ts';
import { checkDependencies } from './dependencies.ts';
import { checkFiling } from './filing.ts';
import { ledger, type TaskExtraRow, type TaskRow } from './ledger-tables.ts';
import { findTask, type LedgerTask } from './read-tasks.ts';
import { isoSeconds } from './times.ts';

/** A task to be put in line. */
export interface NewLedgerTask extends LedgerExtras {
  readonly role: string;
  readonly title: string;
  readonly description: string;
  /** Any text that is not taken; made when absent. */
  readonly id?: string;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
  /** The same key a second time gives the first task. */
  readonly key?: string;
  /** Who files it, where it is no run. */
  readonly author?: string;
  /** Task that it was filed from, for the chain alone (R-PROD-103). */
  readonly causedByTaskId?: string;
}

type Inserted = Omit<
  TaskRow,
  'outputRefs' | 'startedAt' | 'finishedAt' | 'actualCostUsd' | 'configIsolation'
>;

const insert = query((a: Inserted) =>
  ledger.insertInto('tasks').values({
    ...{ id: a.id, agentOwner: a.agentOwner, status: 'pending', title: a.title },
    ...{ description: a.description, parentTaskId: a.parentTaskId, dependencies: a.dependencies },
    ...{ payload: a.payload, outputRefs: '[]', priority: a.priority, sprintId: a.sprintId },
    ...{ createdAt: a.createdAt, retryCount: 0, costUsd: 0 },
  } as never),
);
const insertExtra = query((a: Omit<TaskExtraRow, 'claimToken' | 'movedSeq'>) =>
  ledger.insertInto('taskExtras').values({
    ...{ taskId: a.taskId, labels: a.labels, assignees: a.assignees, claimToken: null },
    ...{ createdBy: a.createdBy, filedByRun: a.filedByRun, movedSeq: 0 },
  }),
);
const byKey = query((a: { createdBy: string }) =>
  ledger.selectFrom('taskExtras').select('taskId').where('createdBy', '=', a.createdBy),
);

/** The task that was created under this key, if it was. */
export function taskOfKey(connection: Connection, key: string | undefined): LedgerTask | undefined {
  if (key === undefined) return undefined;
  const found = connection.get(byKey, { createdBy: keyHash(key) });
  return found === undefined ? undefined : findTask(connection, found.taskId);
}

/**
 * Puts a task in line with its audit row, which names who filed it (R-PROD-024). Unknown dependencies, loops and what
 * goes beyond an agent's bounds are refused; the caller has looked whether the role is known.
 */
export function insertTask(connection: Connection, task: NewLedgerTask): string {
  const { role, title, description, priority = 3, payload = {}, dependencies = [], filedBy } = task;
  const id = task.id ?? createUlid();
  const parentTaskId = filedBy?.taskId ?? task.parentTaskId ?? null;
  checkNumbers(priority, payload);
  refuseTaken(connection, id);
  requireTask(connection, parentTaskId);
  checkDependencies(connection, id, dependencies);
  checkFiling(connection, task);
  connection.run(insert, {
    ...{ id, agentOwner: role, status: 'pending', title, description, parentTaskId },
    ...{ dependencies: JSON.stringify(dependencies), payload: JSON.stringify(payload), priority },
    ...{ sprintId: task.sprintId ?? null, createdAt: isoSeconds(Date.now()), retryCount: 0, costUsd: 0 },
    escalationReason: null,
  });
  connection.run(insertExtra, {
    taskId: id,
    labels: JSON.stringify(task.labels ?? []),
    assignees: JSON.stringify(task.assignees ?? []),
    createdBy: task.key === undefined ? null : keyHash(task.key),
    filedByRun: filedBy?.runId ?? null,
  });
  const cause = filedBy?.taskId ?? task.causedByTaskId;
  appendEvent(connection, {
    agentOwner: filedBy?.agent ?? task.author ?? PRODUCER,
    action: 'task_inserted',
    taskId: id,
    detail: {
      ...{ agent_owner: role, title, priority },
      ...(cause === undefined ? {} : { caused_by_task_id: cause }),
      ...(filedBy === undefined ? {} : { run_id: filedBy.runId }),
    },
  });
  return id;
}

function checkNumbers(priority: number, payload: Readonly<Record<string, unknown>>): void {
  if (!Number.isInteger(priority) || Math.abs(priority) > TASK_PRIORITY_MAX)
    invalidInput('priority', 'must be a whole number', '0 is urgent, 3 usual, 5 someday');
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    invalidInput('payload', 'must be an object');
  if (Buffer.byteLength(JSON.stringify(payload)) > TASK_PAYLOAD_BYTES_MAX)
    invalidInput(
      'payload',
      `is larger than ${TASK_PAYLOAD_BYTES_MAX} bytes`,
      'put it into a file and name that',
    );
}

function refuseTaken(connection: Connection, id: string): void {
  if (id.trim() === '') invalidInput('id', 'must not be blank');
  if (findTask(connection, id) === undefined) return;
  throw new AppError('already-exists', `Task ${JSON.stringify(id)} exists`, { details: { taskId: id } });
}

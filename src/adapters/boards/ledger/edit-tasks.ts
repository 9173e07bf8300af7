import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { TaskPatch, WriteMark } from '../../../core/ports/board.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { keyHash } from '../table-operations.ts';
import { appendEvent, PRODUCER } from './audit.ts';
import { ledger } from './ledger-tables.ts';
import { existingTask } from './move-tasks.ts';

const addRow = query(
  (a: { id: string; taskId: string; author: string | null; text: string; createdAt: string }) =>
    ledger
      .insertInto('taskComments')
      .values({
        ...{ id: a.id, taskId: a.taskId, author: a.author, text: a.text, createdAt: a.createdAt },
        seq: sql<number>`(select coalesce(max(seq), 0) + 1 from task_comments where task_id = ${a.taskId})`,
      })
      .onConflict((conflict) => conflict.doNothing()),
);
const setTexts = query((a: { id: string; title: string; description: string }) =>
  ledger.updateTable('tasks').set({ title: a.title, description: a.description }).where('id', '=', a.id),
);
const setLists = query((a: { taskId: string; labels: string; assignees: string }) =>
  ledger
    .insertInto('taskExtras')
    .values({
      ...{ taskId: a.taskId, labels: a.labels, assignees: a.assignees },
      ...{ claimToken: null, createdBy: null, filedByRun: null, movedSeq: 0 },
    })
    .onConflict((conflict) =>
      conflict.column('taskId').doUpdateSet({ labels: a.labels, assignees: a.assignees }),
    ),
);

/** A note on a task, once per key; ai-producer has none, so they stand in a table of our own. */
export function addComment(
  connection: Connection,
  { taskId, text, key, author }: WriteMark & { readonly taskId: string; readonly text: string },
): void {
  existingTask(connection, taskId);
  const id = key === undefined ? randomUUID() : keyHash(key);
  const createdAt = new Date().toISOString();
  connection.run(addRow, { id, taskId, author: author ?? null, text, createdAt });
}

/** Changes only the given fields; the audit row names them. */
export function updateTask(connection: Connection, taskId: string, patch: TaskPatch): void {
  const task = existingTask(connection, taskId);
  const { name = task.title, description = task.description } = patch;
  const labels = patch.labels === undefined ? (task.labels ?? '[]') : JSON.stringify(patch.labels);
  const assignees =
    patch.assignees === undefined ? (task.assignees ?? '[]') : JSON.stringify(patch.assignees);
  connection.run(setTexts, { id: taskId, title: name, description });
  connection.run(setLists, { taskId, labels, assignees });
  const fields = Object.entries(patch).filter(([, value]) => value !== undefined);
  appendEvent(connection, {
    ...{ agentOwner: PRODUCER, action: 'task_edited', taskId },
    detail: { fields: fields.map(([field]) => field) },
  });
}

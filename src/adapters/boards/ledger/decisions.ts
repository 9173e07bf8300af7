import { AppError } from '../../../core/errors.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { createUlid } from '../ulid.ts';
import { appendEvent } from './audit.ts';
import { type LedgerTables, ledger } from './ledger-tables.ts';
import { findTask } from './read-tasks.ts';
import { isoSeconds } from './times.ts';

/** Why something was done the way it was (R-PROD-025). */
export interface NewDecision {
  readonly taskId: string | null;
  readonly agentOwner: string;
  readonly kind: string;
  readonly decisionText: string;
  readonly rationale: string;
  readonly artifact?: string | null;
}

const insert = query((a: LedgerTables['decisions']) =>
  ledger.insertInto('decisions').values({
    ...{ id: a.id, taskId: a.taskId, agentOwner: a.agentOwner, kind: a.kind },
    ...{ decisionText: a.decisionText, rationale: a.rationale, artifact: a.artifact, madeAt: a.madeAt },
  }),
);

/** Keeps a decision with its audit row; an unknown task is `task-not-found`. Answers its id. */
export function recordDecision(connection: Connection, decision: NewDecision): string {
  const { taskId, agentOwner, kind } = decision;
  requireTask(connection, taskId);
  const id = keepDecision(connection, decision);
  appendEvent(connection, { agentOwner, taskId, action: 'decision', detail: { decision_id: id, kind } });
  return id;
}

/** A decision that another audit row tells of already. */
export function keepDecision(connection: Connection, { artifact = null, ...decision }: NewDecision): string {
  const id = createUlid();
  connection.run(insert, { ...decision, id, artifact, madeAt: isoSeconds(Date.now()) });
  return id;
}

const ofTask = query((a: { taskId: string }) =>
  ledger.selectFrom('decisions').selectAll().where('taskId', '=', a.taskId).orderBy('madeAt').orderBy('id'),
);

/** Decisions on a task, the oldest first. */
export const decisionsOn = (connection: Connection, taskId: string) => connection.all(ofTask, { taskId });

/** Throws where a row would point to a task that does not exist. */
export function requireTask(connection: Connection, taskId: string | null): void {
  if (taskId === null || findTask(connection, taskId) !== undefined) return;
  throw new AppError('task-not-found', `task_id: no task ${JSON.stringify(taskId.slice(0, 100))}`, {
    hint: 'leave it out, or create the task first',
    details: { field: 'task_id', taskId },
  });
}

import type { LedgerStatus } from '../../adapters/boards/ledger/ledger-tables.ts';
import { allRoles, findTask, type LedgerTask, readyTasks } from '../../adapters/boards/ledger/read-tasks.ts';
import { type LedgerTaskRecord, taskRecord } from '../../adapters/boards/ledger/task-record.ts';
import { setResult } from '../../adapters/boards/ledger/task-result.ts';
import { transition } from '../../adapters/boards/ledger/transitions.ts';
import type { Connection } from '../../adapters/store/connection.ts';
import type { AssetNote } from '../../core/ports/ledger-book.ts';
import { LedgerError, TaskClaimRace } from './ledger-error.ts';
import type { AssetOptions } from './ledger-options.ts';

/** What came of a task. */
export interface CompletedTask {
  readonly output_refs?: readonly string[];
  /** Dollars. */
  readonly cost_usd?: number;
  readonly actual_cost_usd?: number | null;
  readonly config_isolation?: string | null;
}

/** Pending tasks of one owner, or of all, whose dependencies are done. */
export function listReady(connection: Connection, owner: string | null, limit: number): LedgerTaskRecord[] {
  const roles = owner === null ? allRoles(connection) : [owner];
  const isCount = Number.isSafeInteger(limit) && limit >= 0;
  return readyTasks(connection, roles, isCount ? limit : undefined)
    .slice(0, limit)
    .map(({ id }) => taskRecord(existing(connection, id)));
}

/** Takes a task that is pending. */
export function claim(connection: Connection, taskId: string, owner: string): LedgerTaskRecord {
  const task = findTask(connection, taskId);
  const to = { role: owner, status: 'in_progress' } as const;
  if (task?.status !== 'pending' || !transition(connection, task, { to }))
    throw new TaskClaimRace(`task ${taskId} no longer pending`);
  return taskRecord(existing(connection, taskId));
}

/** Ends a task that is in progress, with what came of it. */
export function complete(connection: Connection, taskId: string, result: CompletedTask): void {
  const task = existing(connection, taskId);
  if (task.status !== 'in_progress') return;
  const { output_refs = [], cost_usd = 0, actual_cost_usd = null, config_isolation = null } = result;
  connection.run(setResult, {
    ...{ id: taskId, outputRefs: JSON.stringify(output_refs), costUsd: cost_usd },
    ...{ actualCostUsd: actual_cost_usd, configIsolation: config_isolation },
  });
  end(connection, taskId, { status: 'done' });
}

/** Counts a failure; what was ended otherwise meanwhile stays ended that way. */
export function fail(connection: Connection, taskId: string, reason: string): number {
  const task = existing(connection, taskId);
  if (task.status !== 'pending' && task.status !== 'in_progress') return task.retryCount;
  const retryCount = task.retryCount + 1;
  transition(connection, task, { to: { role: task.agentOwner, status: 'failed' }, reason, retryCount });
  return retryCount;
}

/** Puts a failed task in line again, its count and reason kept. */
export function requeue(connection: Connection, taskId: string): void {
  const task = existing(connection, taskId);
  if (task.status !== 'failed') return;
  transition(connection, task, { to: { role: task.agentOwner, status: 'pending' } });
}

/** Ends a task. */
export function end(
  connection: Connection,
  taskId: string,
  { status, reason }: { readonly status: LedgerStatus; readonly reason?: string },
): void {
  const task = existing(connection, taskId);
  if (task.status === status) return;
  const to = { role: task.agentOwner, status };
  transition(connection, task, { to, ...(reason === undefined ? {} : { reason }) });
}

/** The task, or null. */
export function find(connection: Connection, taskId: string): LedgerTaskRecord | null {
  const row = findTask(connection, taskId);
  return row === undefined ? null : taskRecord(row);
}

function existing(connection: Connection, taskId: string): LedgerTask {
  const task = findTask(connection, taskId);
  if (task === undefined) throw new LedgerError(`no task ${JSON.stringify(taskId)}`);
  return task;
}

/** An asset in our own names. */
export const assetNote = (asset: AssetOptions): AssetNote => ({
  ...{ assetType: asset.asset_type, path: asset.path, agent: asset.agent_id, costUsd: asset.cost_usd },
  ...{ wallClockSeconds: asset.wall_clock_seconds, prompt: asset.prompt ?? null },
  ...{ seed: asset.seed ?? null, api: asset.api ?? null, model: asset.model ?? null },
  ...{ modelVersion: asset.model_version ?? null, retryCount: asset.retry_count ?? 0 },
  ...{ criticVerdicts: asset.critic_verdicts ?? [], sha256: asset.sha256 ?? null },
  ...{ taskId: asset.task_id ?? null, disposition: asset.disposition ?? 'shipped' },
});

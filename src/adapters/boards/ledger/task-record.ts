import { listOf, payloadOf } from './json-columns.ts';
import type { LedgerStatus, TaskRow } from './ledger-tables.ts';

/** A task of a ledger as `LedgerClient` gives it: the 19 columns under their own names, JSON read (R-PROD-022). */
export interface LedgerTaskRecord {
  readonly id: string;
  readonly agent_owner: string;
  readonly status: LedgerStatus;
  readonly title: string;
  readonly description: string;
  readonly parent_task_id: string | null;
  readonly dependencies: readonly string[];
  readonly payload: Readonly<Record<string, unknown>>;
  readonly output_refs: readonly string[];
  readonly priority: number;
  readonly sprint_id: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly retry_count: number;
  readonly escalation_reason: string | null;
  readonly cost_usd: number;
  readonly actual_cost_usd: number | null;
  readonly config_isolation: string | null;
}

/** A row under the names of its columns. */
export const taskRecord = (row: TaskRow): LedgerTaskRecord => ({
  id: row.id,
  agent_owner: row.agentOwner,
  status: row.status,
  title: row.title,
  description: row.description,
  parent_task_id: row.parentTaskId,
  dependencies: listOf(row.dependencies),
  payload: payloadOf(row.payload),
  output_refs: listOf(row.outputRefs),
  priority: row.priority,
  sprint_id: row.sprintId,
  created_at: row.createdAt,
  started_at: row.startedAt,
  finished_at: row.finishedAt,
  retry_count: row.retryCount,
  escalation_reason: row.escalationReason,
  cost_usd: row.costUsd,
  actual_cost_usd: row.actualCostUsd,
  config_isolation: row.configIsolation,
});

import type { TaskId } from '../ids.ts';

/** A task as a row of the ledger: its 19 columns by their names in the file, JSON ones decoded (R-PROD-022). */
export type LedgerTaskRow = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly status: string;
};

/** A row of the ledger's audit trail as its users query it; `detail` is JSON text, `ts` ISO 8601. */
export interface LedgerAuditRow {
  readonly id: number;
  readonly ts: string;
  readonly action: string;
  readonly agent_owner: string;
  readonly task_id: string | null;
  readonly detail: string;
  /** Dollars. */
  readonly cost_usd: number;
}

/** What stands in the ledger now. */
export interface LedgerQueue {
  readonly running: readonly LedgerTaskRow[];
  readonly pending: readonly LedgerTaskRow[];
  readonly recent: readonly LedgerTaskRow[];
}

/** What a page over the ledger shows (R-PROD-084, R-PROD-108). */
export interface LedgerPage {
  /** At most so many of each kind but the running ones: pending in their order, ended ones the last first. */
  queue(limit: number): Promise<LedgerQueue>;
  /** The newest first. */
  audit(limit: number): Promise<readonly LedgerAuditRow[]>;
  /** A task and all that was noted of it, the oldest first; null = there is no such task. */
  task(
    taskId: TaskId,
  ): Promise<{ readonly task: LedgerTaskRow; readonly audit: readonly LedgerAuditRow[] } | null>;
}

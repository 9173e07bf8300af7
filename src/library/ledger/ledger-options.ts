import type { ASSET_DISPOSITIONS } from '../../core/ports/ledger-book.ts';

/** A task to put in line (R-PROD-024). */
export interface InsertOptions {
  readonly agent_owner: string;
  readonly title: string;
  readonly description: string;
  readonly dependencies?: readonly string[];
  readonly payload?: Readonly<Record<string, unknown>>;
  /** 0 urgent … 5 someday; 3 when absent. */
  readonly priority?: number;
  readonly sprint_id?: string | null;
  readonly parent_task_id?: string | null;
  readonly task_id?: string | null;
  readonly caused_by_task_id?: string | null;
}

/** A decision to keep (R-PROD-025). */
export interface DecisionOptions {
  readonly task_id: string | null;
  readonly agent_owner: string;
  readonly kind: string;
  readonly decision_text: string;
  readonly rationale: string;
  readonly artifact?: string | null;
}

/** Something that was made (R-PROD-026). */
export interface AssetOptions {
  readonly asset_type: string;
  readonly path: string;
  readonly agent_id: string;
  readonly cost_usd: number;
  readonly wall_clock_seconds: number;
  readonly prompt?: string | null;
  readonly seed?: string | null;
  readonly api?: string | null;
  readonly model?: string | null;
  readonly model_version?: string | null;
  readonly retry_count?: number;
  readonly critic_verdicts?: readonly unknown[];
  readonly sha256?: string | null;
  readonly task_id?: string | null;
  readonly disposition?: (typeof ASSET_DISPOSITIONS)[number];
}

/** An agent's caps of a day (R-PROD-053). */
export interface CapOptions {
  readonly hard_cap_usd: number;
  readonly soft_cap_ratio: number;
}

/** A row for the audit chain (R-PROD-028). */
export interface AuditOptions {
  readonly agent_owner: string;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly cost_usd?: number;
  readonly task_id?: string | null;
}

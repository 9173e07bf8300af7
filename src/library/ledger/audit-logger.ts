import type { LedgerClient } from './ledger-client.ts';

/** A row of the audit chain (R-PROD-028); `detail` is JSON text. */
export interface AuditRow {
  readonly id: number;
  readonly agent_owner: string;
  readonly task_id: string | null;
  readonly action: string;
  readonly detail: string;
  readonly cost_usd: number;
  readonly timestamp: string;
}

/** Writes the audit rows of one agent (R-PROD-097). */
export class AuditLogger {
  readonly #ledger: LedgerClient;
  readonly #agentOwner: string;

  constructor(ledger: LedgerClient, agentOwner: string) {
    this.#ledger = ledger;
    this.#agentOwner = agentOwner;
  }

  /** Adds a row to the chain; answers its hash. */
  event(
    action: string,
    detail: Readonly<Record<string, unknown>> = {},
    { task_id, cost_usd = 0 }: { readonly task_id?: string | null; readonly cost_usd?: number } = {},
  ): string {
    const agent_owner = this.#agentOwner;
    return this.#ledger.append_audit({ agent_owner, action, detail, task_id: task_id ?? null, cost_usd });
  }
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { recordAsset } from '../../adapters/boards/ledger/assets.ts';
import { appendEvent, latestHash } from '../../adapters/boards/ledger/audit.ts';
import { addSpend, type BudgetState, spentOn } from '../../adapters/boards/ledger/budget.ts';
import { recordDecision } from '../../adapters/boards/ledger/decisions.ts';
import { insertTask } from '../../adapters/boards/ledger/insert-task.ts';
import { type OpenLedger, openLedgerNow } from '../../adapters/boards/ledger/open-ledger-now.ts';
import { parseSeed, seedTasks } from '../../adapters/boards/ledger/seed.ts';
import type { LedgerTaskRecord } from '../../adapters/boards/ledger/task-record.ts';
import type { Connection } from '../../adapters/store/connection.ts';
import type { AuditRow } from './audit-logger.ts';
import { countAuditEvents, lastAuditEvent } from './audit-queries.ts';
import { type CamelNamed, withCamelNames } from './camel-names.ts';
import { asLedgerError } from './ledger-error.ts';
import { utcToday } from './ledger-names.ts';
import type {
  AssetOptions,
  AuditOptions,
  CapOptions,
  DecisionOptions,
  InsertOptions,
} from './ledger-options.ts';
import * as lifecycle from './task-lifecycle.ts';

/** The methods under the names ai-producer gives them. */
class SnakeLedgerClient {
  readonly #ledger: OpenLedger;
  readonly #path: string;

  /** Opens the file, makes what it lacks, looks through its audit chain (R-PROD-031). */
  constructor(dbPath: string) {
    this.#path = resolve(dbPath);
    this.#ledger = asLedgerError(() => openLedgerNow(dbPath));
  }

  /** The file. */
  get db_path(): string {
    return this.#path;
  }

  #write<T>(work: (connection: Connection) => T): T {
    return asLedgerError(() => this.#ledger.transaction(() => work(this.#ledger.connection)));
  }

  /** Pending tasks whose dependencies are done, the most urgent first. */
  list_ready_tasks(agentOwner: string | null = null, limit = 50): LedgerTaskRecord[] {
    return lifecycle.listReady(this.#ledger.connection, agentOwner, limit);
  }

  /** Takes a pending task; `TaskClaimRace` when somebody else has it. */
  claim_task(taskId: string, agentOwner: string): LedgerTaskRecord {
    return this.#write((c) => lifecycle.claim(c, taskId, agentOwner));
  }

  /** Ends a task in progress well; one that is not in progress any more stays what it is. */
  complete_task(taskId: string, result: lifecycle.CompletedTask = {}): void {
    this.#write((c) => lifecycle.complete(c, taskId, result));
  }

  /** Ends a task as failed; answers how often it has failed. */
  fail_task(taskId: string, error: string): number {
    return this.#write((c) => lifecycle.fail(c, taskId, error));
  }

  /** Puts a failed task in line again. */
  requeue_task(taskId: string): void {
    this.#write((c) => lifecycle.requeue(c, taskId));
  }

  escalate_task(taskId: string, reason: string): void {
    this.#write((c) => lifecycle.end(c, taskId, { status: 'escalated', reason }));
  }

  kill_task(taskId: string, reason: string): void {
    this.#write((c) => lifecycle.end(c, taskId, { status: 'killed', reason }));
  }

  get_task(taskId: string): LedgerTaskRecord | null {
    return lifecycle.find(this.#ledger.connection, taskId);
  }

  /** Puts a task in line; answers its id (R-PROD-024). */
  insert_task(task: InsertOptions): string {
    const { agent_owner: role, task_id: id, sprint_id, parent_task_id, caused_by_task_id, ...rest } = task;
    const given = { ...rest, role, author: role };
    return this.#write((c) =>
      insertTask(c, {
        ...given,
        ...(id == null ? {} : { id }),
        ...(sprint_id == null ? {} : { sprintId: sprint_id }),
        ...(parent_task_id == null ? {} : { parentTaskId: parent_task_id }),
        ...(caused_by_task_id == null ? {} : { causedByTaskId: caused_by_task_id }),
      }),
    );
  }

  /** Keeps a decision; answers its id (R-PROD-025). */
  record_decision(decision: DecisionOptions): string {
    const { task_id, agent_owner, kind, decision_text, rationale, artifact = null } = decision;
    return this.#write((c) =>
      recordDecision(c, {
        ...{ taskId: task_id, agentOwner: agent_owner, kind, decisionText: decision_text },
        ...{ rationale, artifact },
      }),
    );
  }

  /** Registers what was made; answers its id (R-PROD-026). */
  record_asset(asset: AssetOptions): string {
    return this.#write((c) => recordAsset(c, lifecycle.assetNote(asset)).id);
  }

  /** Adds to what an agent has spent today; answers spent, soft cap and hard cap (R-PROD-053). */
  update_budget(agentOwner: string, deltaUsd: number, caps: CapOptions): BudgetState {
    const { hard_cap_usd: hardUsd, soft_cap_ratio } = caps;
    const soft = { hardUsd, softUsd: hardUsd * soft_cap_ratio };
    return this.#write((c) => addSpend(c, { agent: agentOwner, day: utcToday(), usd: deltaUsd, caps: soft }));
  }

  budget_state(agentOwner: string, caps: CapOptions): BudgetState {
    return this.update_budget(agentOwner, 0, caps);
  }

  total_spend_today(): number {
    return spentOn(this.#ledger.connection, utcToday());
  }

  latest_audit_hash(): string {
    return latestHash(this.#ledger.connection);
  }

  last_audit_event({ action }: { readonly action: string }): AuditRow | null {
    return lastAuditEvent(this.#ledger.connection, action);
  }

  count_audit_events(filter: {
    readonly action: string;
    readonly caused_by_task_id?: string | null;
    readonly since_id?: number | null;
  }): number {
    const { action, caused_by_task_id: cause = null, since_id: sinceId } = filter;
    return countAuditEvents(this.#ledger.connection, { action, cause, sinceId: sinceId ?? 0 });
  }

  /** Adds a row to the audit chain; answers its hash (R-PROD-028). */
  append_audit({ agent_owner: agentOwner, action, detail, cost_usd, task_id }: AuditOptions): string {
    const event = { agentOwner, action, detail, costUsd: cost_usd ?? 0, taskId: task_id ?? null };
    return this.#write((c) => appendEvent(c, event));
  }

  /** Puts the tasks of a seed file in line, all or none; answers how many were new (R-PROD-009). */
  seed_from_json(path: string): number {
    return this.#write((c) => seedTasks(c, parseSeed(readFileSync(path, 'utf8'))).inserted);
  }

  /** Runs several calls as one: all of them happen, or none. */
  transaction<T>(work: () => T, immediate = true): T {
    return asLedgerError(() => this.#ledger.transaction(work, immediate));
  }

  close(): void {
    this.#ledger.close();
  }
}

/**
 * A ledger file for scripts (R-PROD-096); each method also has its name in camelCase. Nothing here is asynchronous: a
 * call waits up to 5 s while another process writes.
 */
export const LedgerClient: new (dbPath: string) => CamelNamed<SnakeLedgerClient> =
  withCamelNames(SnakeLedgerClient);
export type LedgerClient = CamelNamed<SnakeLedgerClient>;

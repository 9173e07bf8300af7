import { sqlBuilder } from '../../store/query.ts';

/** The states a task of a ledger can be in (R-PROD-023). */
export const LEDGER_STATUSES = ['pending', 'in_progress', 'done', 'failed', 'escalated', 'killed'] as const;
export type LedgerStatus = (typeof LEDGER_STATUSES)[number];

/** A row of `tasks`; the first 19 columns are those of ai-producer (R-PROD-022). Times are ISO 8601 in seconds. */
export interface TaskRow {
  id: string;
  agentOwner: string;
  status: LedgerStatus;
  title: string;
  description: string;
  parentTaskId: string | null;
  /** JSON array of task ids. */
  dependencies: string | null;
  /** JSON object. */
  payload: string | null;
  /** JSON array of paths. */
  outputRefs: string | null;
  /** 0 urgent … 5 someday. */
  priority: number;
  sprintId: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  retryCount: number;
  escalationReason: string | null;
  costUsd: number;
  actualCostUsd: number | null;
  configIsolation: string | null;
}

/** What we keep of a task beside the columns that ai-producer knows. */
export interface TaskExtraRow {
  taskId: string;
  labels: string;
  assignees: string;
  /** Run that holds the claim. */
  claimToken: string | null;
  /** Hash of the key it was created under. */
  createdBy: string | null;
  /** Run that filed it. */
  filedByRun: string | null;
  /** Grows with each move: order within one second. */
  movedSeq: number;
}

/** Tables of a ledger file; names are snake_case in the file. */
export interface LedgerTables {
  tasks: TaskRow;
  decisions: {
    id: string;
    taskId: string | null;
    agentOwner: string;
    kind: string;
    decisionText: string;
    rationale: string;
    artifact: string | null;
    madeAt: string;
  };
  assetRegistry: {
    id: string;
    assetType: string;
    path: string;
    prompt: string | null;
    seed: string | null;
    api: string | null;
    model: string | null;
    modelVersion: string | null;
    retryCount: number;
    criticVerdicts: string | null;
    costUsd: number;
    wallClockSeconds: number;
    agentId: string;
    taskId: string | null;
    sha256: string | null;
    timestamp: string;
    disposition: string;
  };
  budget: {
    id: number;
    agentOwner: string;
    date: string;
    spentUsd: number;
    hardCapUsd: number;
    softCapUsd: number;
  };
  auditLog: {
    id: number;
    agentOwner: string;
    taskId: string | null;
    action: string;
    detail: string;
    costUsd: number;
    timestamp: string;
    prevHash: string;
    rowHash: string;
  };
  prompts: {
    hash: string;
    systemPrompt: string | null;
    userPrompt: string | null;
    toolsJson: string | null;
    firstSeen: string;
  };
  taskExtras: TaskExtraRow;
  taskComments: {
    id: string;
    taskId: string;
    seq: number;
    author: string | null;
    text: string;
    createdAt: string;
  };
  taskRuns: TaskRunRow;
  ledgerRoles: { name: string; createdAt: string };
  /** `content` is the row of `asset_registry` as JSON. */
  assetVersions: { id: string; path: string; version: number; assetType: string; content: string };
  ledgerKeys: { key: string; answer: string };
  ledgerState: { name: string; value: string };
  /** SQLite's own: the highest number each counted table has given out. */
  sqliteSequence: { name: string; seq: number };
}

/** One finished run of a task. */
export interface TaskRunRow {
  runId: string;
  taskId: string;
  agent: string;
  outcome: string;
  step: string;
  reason: string | null;
  retryCount: number;
  costMicroUsd: number;
  actualCostMicroUsd: number | null;
  computedCostMicroUsd: number | null;
  costUnknown: number;
  authMode: string | null;
  configIsolation: string | null;
  outputRefs: string;
  toolCalls: string;
  promptHash: string | null;
  text: string;
  sessionId: string | null;
  turns: number | null;
  durationMs: number;
  /** Epoch milliseconds. */
  endedAt: number;
}

/** Writes queries for a ledger file. */
export const ledger = sqlBuilder<LedgerTables>();

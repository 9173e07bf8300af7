import type { TaskId } from '../ids.ts';
import type { WriteMark } from './board.ts';

/** Why something was done the way it was (R-PROD-025). */
export interface DecisionNote {
  readonly taskId: TaskId | null;
  readonly agent: string;
  readonly kind: string;
  readonly decision: string;
  readonly rationale: string;
  /** A file it speaks of. */
  readonly artifact?: string | null;
}

/** A kept decision. */
export interface Decision extends DecisionNote {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
}

/** What becomes of something an agent made. */
export const ASSET_DISPOSITIONS = ['shipped', 'escalated', 'killed', 'pending_qa'] as const;

/** Something an agent made (R-PROD-026). */
export interface AssetNote {
  /** `art`, `audio`, `content`, or any other word. */
  readonly assetType: string;
  readonly path: string;
  readonly agent: string;
  /** Dollars. */
  readonly costUsd?: number;
  readonly wallClockSeconds?: number;
  readonly prompt?: string | null;
  readonly seed?: string | null;
  readonly api?: string | null;
  readonly model?: string | null;
  readonly modelVersion?: string | null;
  readonly retryCount?: number;
  readonly criticVerdicts?: readonly unknown[];
  readonly sha256?: string | null;
  readonly taskId?: TaskId | null;
  readonly disposition?: (typeof ASSET_DISPOSITIONS)[number];
}

/** What a registration gave: the same path again is its next version. */
export interface RegisteredAsset {
  readonly id: string;
  readonly version: number;
}

/** The record beside its tasks that a ledger keeps. Unknown tasks are `task-not-found`; the same key changes nothing. */
export interface LedgerBook {
  recordDecision(decision: DecisionNote, mark?: WriteMark): Promise<string>;
  recordAsset(asset: AssetNote, mark?: WriteMark): Promise<RegisteredAsset>;
  /** Decisions on a task, the oldest first. */
  decisionsOn(taskId: TaskId): Promise<readonly Decision[]>;
}

import type { HostId, RunId, TaskId } from '../ids.ts';
import type { BlockCode, Blocked } from '../policy/governor/state.ts';
import type { Grant } from '../policy/money/money-state.ts';
import type { RunEnding } from './task-flow.ts';

/** What the dispatch workflow and its activities hand each other. Plain JSON, small: it all stands in history. */

export interface AdmitDispatchInput {
  readonly jobId: string;
  readonly leaseId: RunId;
  readonly workflowId: string;
}

/** What a workflow needs to know of its job; texts stay in the store. */
export interface DispatchFacts {
  readonly agent: string;
  readonly taskId: TaskId | null;
  readonly sessionId: string;
  /** Somebody waits for the answer: a brake or pause is told at once instead of waited out (R-SYS-019). */
  readonly awaited: boolean;
  /** Where the run that waits for it runs: in that slot, so on that host. Null = nobody lends it one. */
  readonly lenderHostId: HostId | null;
  /** Activity bounds, from the settings of the admitting worker. */
  readonly heartbeatTimeoutMs: number;
  readonly runMsMax: number;
}

/** `gone`: the job is over, for instance called off before it ran. */
export type DispatchAdmission =
  | { readonly kind: 'gone' }
  | ({ readonly kind: 'granted'; readonly epoch: number; readonly job: DispatchFacts } & Partial<Grant>)
  | { readonly kind: 'waiting'; readonly blocked: Blocked; readonly job: DispatchFacts }
  | { readonly kind: 'refused'; readonly blocked: Blocked; readonly job: DispatchFacts };

/**
 * How the conversation is taken up: as the caller asked, where a run of this job was cut off, or with the answer to what
 * its last run asked.
 */
export type DispatchTurn = 'as-asked' | 'continue' | 'answered';

export interface RunDispatchInput extends Partial<Grant> {
  readonly jobId: string;
  readonly runId: RunId;
  readonly agent: string;
  readonly taskId: TaskId | null;
  readonly epoch: number;
  /** 1 for the first run of the job. */
  readonly attempt: number;
  readonly turn: DispatchTurn;
  readonly lostCount: number;
}

export interface SettleDispatchInput extends Partial<Grant> {
  readonly jobId: string;
  /** The lease to give back; null = none was held. */
  readonly runId: RunId | null;
  readonly attempt: number;
  /** How the run ended, when one was; absent = none was reported. */
  readonly ending?: RunEnding;
  /** How the job ended unless its run has said so itself; null = it goes on. */
  readonly end:
    | { readonly kind: 'ran'; readonly ending: RunEnding }
    | { readonly kind: 'refused'; readonly reason: string; readonly code?: BlockCode }
    | { readonly kind: 'called-off'; readonly by: string; readonly reason: string }
    /** Its workflow was ended from outside. */
    | { readonly kind: 'abandoned' }
    | null;
}

/** A kept job that a workflow is to run: what it and the server's lists need to know of it. */
export interface PlannedJob {
  readonly jobId: string;
  readonly agent: string;
  readonly sessionId: string;
  readonly taskId: TaskId | null;
  /** First words of the task, for lists of the server. */
  readonly title: string;
}

/** What became of a job, as its workflow ends. */
export type DispatchEnd = 'done' | 'failed' | 'cancelled' | 'gone';

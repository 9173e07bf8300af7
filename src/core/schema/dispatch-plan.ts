import type { RunId, TaskId } from '../ids.ts';
import type { DispatchResult, DispatchSpec } from './dispatch.ts';

/** From whom a call came, carried to every job it leads to. */
export interface CallOrigin {
  readonly parentRunId: RunId | null;
  /** Agents from the outermost caller down to whoever calls. */
  readonly chain: readonly string[];
  readonly taskId: TaskId | null;
}

/** A dialogue as asked for, kept under its id; its turns are jobs. */
export interface DialoguePlan {
  readonly kind: 'dialogue';
  readonly requester: string;
  readonly responder: string;
  readonly topic: string;
  readonly maxRounds: number;
  readonly timeoutSeconds: number | null;
  readonly maxCostUsd: number | null;
  readonly specs: { readonly requester: DispatchSpec; readonly responder: DispatchSpec };
  readonly origin: CallOrigin;
}

/** Calls side by side as asked for, kept under their id. */
export interface ParallelPlan {
  readonly kind: 'parallel';
  /** In the caller's order; what the cache answered has no job. */
  readonly items: readonly {
    readonly jobId: string | null;
    readonly cached: DispatchResult | null;
    readonly returnRef: boolean;
    readonly summaryChars: number;
  }[];
  readonly aggregate: {
    readonly agent: string;
    readonly spec: DispatchSpec;
    readonly timeoutSeconds: number | null;
  } | null;
  readonly origin: CallOrigin;
}

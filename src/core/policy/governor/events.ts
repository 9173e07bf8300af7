import type { HostId, RunId, TaskId } from '../../ids.ts';
import type { CapTarget, Grant, MoneyPolicy } from '../money/money-state.ts';
import type { GovernorNotice } from './notices.ts';
import type {
  AdmitAnswer,
  AdmitRequest,
  Blocked,
  GovernorState,
  Pause,
  PauseScope,
  ReleaseAnswer,
  ReleaseRequest,
} from './state.ts';

/** Everything that can happen to a governor. `now` is epoch milliseconds of the deterministic clock. */
export type GovernorEvent =
  | { readonly kind: 'admit'; readonly now: number; readonly request: AdmitRequest }
  | { readonly kind: 'release'; readonly now: number; readonly request: ReleaseRequest }
  /** A waiting or granted admission is given up (its workflow was cancelled before it ran). */
  | { readonly kind: 'withdraw'; readonly now: number; readonly leaseId: RunId }
  | { readonly kind: 'grant-delivered'; readonly now: number; readonly leaseId: RunId }
  /** The workflow to be told of its grant is gone: the lease is freed. */
  | { readonly kind: 'grant-undeliverable'; readonly now: number; readonly leaseId: RunId }
  | {
      readonly kind: 'arm';
      readonly now: number;
      readonly reason: string;
      readonly by: string;
      readonly stopRunning: boolean;
      /** When it was said; absent = now. */
      readonly at?: number;
    }
  | { readonly kind: 'disarm'; readonly now: number; readonly by: string }
  | { readonly kind: 'pause'; readonly now: number; readonly pause: Omit<Pause, 'at'> }
  | {
      readonly kind: 'unpause';
      readonly now: number;
      readonly scope: PauseScope | 'all';
      readonly name: string | null;
    }
  /** What the configuration says of money and failing agents. */
  | { readonly kind: 'policy'; readonly now: number; readonly policy: MoneyPolicy }
  /** A person sets a cap; null = no cap. */
  | {
      readonly kind: 'set-cap';
      readonly now: number;
      readonly target: CapTarget;
      readonly microUsd: number | null;
    }
  | { readonly kind: 'pool-limit'; readonly now: number; readonly pool: string; readonly limit: number }
  | {
      readonly kind: 'host-up';
      readonly now: number;
      readonly hostId: HostId;
      readonly slots: number;
      readonly runs: readonly RunId[];
      /** The epoch the host holds now, null after a restart; absent = as last confirmed. */
      readonly epoch?: number | null;
    }
  /** An orderly goodbye: its runs have ended. */
  | { readonly kind: 'host-down'; readonly now: number; readonly hostId: HostId }
  /** A person declares a host dead: its leases are freed. */
  | { readonly kind: 'host-forget'; readonly now: number; readonly hostId: HostId }
  | {
      readonly kind: 'epoch-confirmed';
      readonly now: number;
      readonly hostId: HostId;
      readonly epoch: number;
    }
  /** What a run has spent so far, integer micro-dollars. */
  | { readonly kind: 'spend'; readonly now: number; readonly leaseId: RunId; readonly microUsd: number }
  /** Time passed: warm-up may be over, hosts may have fallen silent. */
  | { readonly kind: 'tick'; readonly now: number };

/**
 * What is to be brought to the store: `brake` = it was armed, saved at once; debounced: `operator` = disarmed, pauses,
 * pools or hosts; `line` = waiting reasons only.
 */
export type PersistPart = 'brake' | 'operator' | 'line';

/** What the workflow must do about it. */
export type GovernorEffect =
  | ({
      readonly kind: 'send-grant';
      readonly leaseId: RunId;
      readonly workflowId: string;
      readonly epoch: number;
    } & Partial<Grant>)
  /** A synchronous call in line is turned away: the brake or a pause came over it. */
  | {
      readonly kind: 'send-refusal';
      readonly leaseId: RunId;
      readonly workflowId: string;
      readonly blocked: Blocked;
    }
  /** Tell a host the brake's present state; it answers with `epoch-confirmed`. */
  | {
      readonly kind: 'apply-epoch';
      readonly hostId: HostId;
      readonly epoch: number;
      readonly armed: boolean;
      readonly stopRunning: boolean;
      /** Present when nobody but us armed it: the host's brake file says why. */
      readonly autoReason?: string;
    }
  /** The first task today of an agent that wants a person when its money is gone (R-PROD-049). */
  | {
      readonly kind: 'escalate-budget';
      readonly taskId: TaskId;
      readonly agent: string;
      readonly text: string;
    }
  | { readonly kind: 'notice'; readonly notice: GovernorNotice }
  /** What an earlier notice told of is over. */
  | { readonly kind: 'notice-over'; readonly key: string }
  | { readonly kind: 'persist'; readonly part: PersistPart };

/** A step of the reducer; `answer` is present for `admit` and `release`. */
export interface GovernorStep {
  readonly effects: readonly GovernorEffect[];
  readonly answer?: AdmitAnswer | ReleaseAnswer;
}

/** What a handler of one event leaves behind before room is given away. */
export interface GovernorChange {
  readonly state: GovernorState;
  readonly effects: readonly GovernorEffect[];
}

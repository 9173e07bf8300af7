import type { HostId, ProjectName, RunId, TaskId } from '../../ids.ts';
import type { BreakerState, BudgetState, Grant, RunUsage } from '../money/money-state.ts';

/** The project's brake; `epoch` counts every arm and disarm, so a host can tell old news from new. */
export interface Brake {
  readonly armed: boolean;
  readonly epoch: number;
  readonly reason: string | null;
  readonly by: string | null;
  /** Epoch milliseconds. */
  readonly at: number | null;
  /** True: hosts end what runs, too; kept so that a host that comes late hears the same. */
  readonly stopRunning?: boolean;
}

/** `account`: that of a model provider, which has no more for a while (R-SYS-021). */
export type PauseScope = 'project' | 'route' | 'agent' | 'account';

/** A pause stops new runs of its scope; running ones go on (R-SYS-020). `name` is null for the project. */
export interface Pause {
  readonly scope: PauseScope;
  readonly name: string | null;
  readonly reason: string | null;
  readonly by: string;
  readonly at: number;
  /** Epoch milliseconds at which it ends by itself; absent = when somebody ends it. */
  readonly until?: number;
}

/** What asks for a slot. Entries stay small: the waiting line is carried through Continue-As-New. */
export interface AdmitRequest {
  /** One per admission; also the run id and the owner token of the claim. */
  readonly leaseId: RunId;
  readonly workflowId: string;
  readonly taskId: TaskId | null;
  readonly pool: string;
  /** Source queue of the route; null for a call that no route made. */
  readonly route: string | null;
  readonly agent: string;
  /** The account with a model provider it runs on, shared by many agents; absent = none that is known. */
  readonly account?: string;
  /** Sort key: lower is first. Routes without priority come after all with one (R-ART-039). */
  readonly order: readonly [routeRank: number, boardPosition: number];
  readonly ifBlocked: 'wait' | 'refuse';
  /** The run that waits for this one and lends it its slot, so that nesting cannot deadlock. */
  readonly parentLeaseId?: RunId;
}

export interface WaitingEntry extends AdmitRequest {
  /** Position in arrival order, the last tie-break. */
  readonly seq: number;
  readonly since: number;
}

export interface Lease {
  readonly leaseId: RunId;
  readonly workflowId: string;
  readonly taskId: TaskId | null;
  readonly pool: string;
  readonly route: string | null;
  readonly agent: string;
  /** Brake epoch at the grant; a host whose epoch differs does not start the run. */
  readonly epoch: number;
  readonly grantedAt: number;
  /** A `granted` Signal is still to be delivered; blocks Continue-As-New, re-sent after it. */
  readonly unconfirmed: boolean;
  readonly parentLeaseId?: RunId;
  /** Held for it until it is settled, integer micro-dollars; absent = nothing. */
  readonly reservedMicroUsd?: number;
  /** Held beside that for the fee of its task; absent = none. */
  readonly feeMicroUsd?: number;
  /** What it says it has spent so far, where that is more. */
  readonly spentMicroUsd?: number;
  /** What it was told it may spend. */
  readonly allowanceMicroUsd?: number | null;
}

/** A worker process that runs agents of this project. */
export interface Host {
  readonly hostId: HostId;
  readonly slots: number;
  /** Epoch milliseconds of the last `hostUp`. */
  readonly lastSeen: number;
  /** Brake epoch the host has confirmed; null = none yet. */
  readonly ackedEpoch: number | null;
  /** Leases it said it is running. */
  readonly runs: readonly RunId[];
}

/** Everything the governor knows; plain JSON, carried over Continue-As-New. */
export interface GovernorState {
  readonly project: ProjectName;
  readonly brake: Brake;
  readonly pauses: readonly Pause[];
  /** Slots per pool (R-SYS-016). */
  readonly pools: Readonly<Record<string, { readonly limit: number }>>;
  readonly leases: Readonly<Record<RunId, Lease>>;
  /** Sorted: the first entry that nothing blocks is served next. */
  readonly waiting: readonly WaitingEntry[];
  /** The last released lease ids, oldest first; an `admit` of one of them is refused. */
  readonly released: readonly RunId[];
  readonly hosts: Readonly<Record<HostId, Host>>;
  /** Set on a fresh governor: nothing is granted until these hosts reported or the time is over. */
  readonly warmUp: { readonly until: number; readonly awaiting: readonly HostId[] } | null;
  readonly nextSeq: number;
  /** Absent = a governor that has heard of no money yet. */
  readonly budget?: BudgetState;
  readonly breaker?: BreakerState;
  /** As it stands in the store: which write of which governor it was, so that an earlier one does not come over it. */
  readonly saved?: { readonly governor: string; readonly count: number };
}

/** The one binding reason why a run may not start now. */
export type BlockCode =
  | 'brake'
  | 'warming-up'
  | 'paused'
  | 'usage-limit'
  | 'no-host'
  | 'no-slot'
  | 'line-full'
  | 'breaker'
  | 'budget';

export interface Blocked {
  readonly code: BlockCode;
  /** A full sentence for people. */
  readonly text: string;
  /** 1 = next; only while waiting in line. */
  readonly position?: number;
  /** Epoch milliseconds at which it ends by itself, where that is known. */
  readonly until?: number;
}

/** What every admission and release tells about room; lets the starter choose without another call. */
export interface Room {
  /** Which pool it tells about. */
  readonly pool: string;
  /** Slots free now in the asked pool. */
  readonly free: number;
  readonly slots: number;
  /** Task ids that hold a lease or wait. */
  readonly open: readonly TaskId[];
  /** The board tasks first in the pool's line, sorted; bounded by ROOM_WAITING_MAX. Those of `held` queues left out. */
  readonly waiting: readonly WaitingTask[];
  /** Queues whose tasks in line are kept back by more than the want of a slot: a pause, a breaker, a budget; absent = none. */
  readonly held?: readonly string[];
}

/** A board task in line, as told to whoever starts tasks. */
export interface WaitingTask {
  readonly taskId: TaskId;
  readonly order: AdmitRequest['order'];
}

export type AdmitAnswer =
  | ({
      readonly kind: 'granted';
      readonly leaseId: RunId;
      readonly epoch: number;
      readonly room: Room;
    } & Partial<Grant>)
  | { readonly kind: 'waiting'; readonly leaseId: RunId; readonly blocked: Blocked; readonly room: Room }
  | { readonly kind: 'refused'; readonly leaseId: RunId; readonly blocked: Blocked; readonly room: Room }
  | { readonly kind: 'released'; readonly leaseId: RunId; readonly room: Room };

/** What a lease id holds now; null = nothing. */
export type Held =
  | ({ readonly kind: 'granted'; readonly epoch: number; readonly route: string | null } & Partial<Grant>)
  | { readonly kind: 'waiting' }
  | null;

/** Releasing; `next` asks for the follower's lease in the same decision (hand-over between routes). */
export interface ReleaseRequest {
  readonly leaseId: RunId;
  readonly next?: AdmitRequest;
  /** What the run cost and how it ended; absent or of unknown cost = what was reserved is charged. */
  readonly usage?: RunUsage;
}

export interface ReleaseAnswer {
  readonly room: Room;
  /** What was booked for the run, integer micro-dollars; absent = nothing (not a lease any more). */
  readonly chargedMicroUsd?: number;
  readonly next?: AdmitAnswer;
}

import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { HostId, RunId } from '../core/ids.ts';
import type {
  AdmitAnswer,
  AdmitRequest,
  Blocked,
  Brake,
  GovernorState,
  Held,
  PauseScope,
  ReleaseAnswer,
  ReleaseRequest,
  Room,
} from '../core/policy/governor/state.ts';
import type { Standing, Supposed } from '../core/policy/governor/why.ts';
import type { BudgetState, CapTarget, Grant, MoneyPolicy } from '../core/policy/money/money-state.ts';
import type { PlannedJob } from '../core/schema/dispatch-flow.ts';
import type { CancelRequest } from './lease-inbox.ts';

/** Every message that crosses Temporal, by wire name; a constant is its wire name plus its kind. */

export interface SpendReport {
  readonly leaseId: RunId;
  /** Integer micro-dollars. */
  readonly microUsd: number;
}

// To the governor: admissions
export const admitUpdate = defineUpdate<AdmitAnswer, [AdmitRequest]>('admit');
export const releaseUpdate = defineUpdate<ReleaseAnswer, [ReleaseRequest]>('release');
/** What a run has spent so far; answered with what it may spend in all, null = as much as it likes. */
export const spendUpdate = defineUpdate<{ allowanceMicroUsd: number | null }, [SpendReport]>('spend');
/** A waiting or granted admission is given up before it ran. */
export const withdrawSignal = defineSignal<[{ leaseId: RunId }]>('withdraw');

// To the governor: operators. Each Update has a Signal twin, so that the `temporal` CLI or the Web UI alone can do it.
export interface ArmRequest {
  readonly reason?: string;
  readonly by?: string;
  /** End what runs, too. */
  readonly now?: boolean;
  /** When it was said, epoch milliseconds: it may reach a governor much later, and a newer release counts. */
  readonly at?: number;
}
export interface PauseRequest {
  readonly scope: PauseScope;
  readonly name?: string | null;
  readonly reason?: string | null;
  readonly by?: string;
  /** Epoch milliseconds at which it ends by itself. */
  readonly until?: number;
}
export interface UnpauseRequest {
  readonly scope: PauseScope | 'all';
  readonly name?: string | null;
}
export const armUpdate = defineUpdate<{ epoch: number }, [ArmRequest]>('arm');
export const armSignal = defineSignal<[ArmRequest]>('arm');
export const disarmUpdate = defineUpdate<{ epoch: number }, [{ by?: string }]>('disarm');
export const disarmSignal = defineSignal<[{ by?: string }]>('disarm');
export const pauseUpdate = defineUpdate<void, [PauseRequest]>('pause');
export const pauseSignal = defineSignal<[PauseRequest]>('pause');
export const unpauseUpdate = defineUpdate<void, [UnpauseRequest]>('unpause');
export const unpauseSignal = defineSignal<[UnpauseRequest]>('unpause');
/** A cap in micro-dollars; null = no cap. An agent has one by day only. */
export interface SetBudgetRequest {
  readonly target: CapTarget;
  readonly microUsd: number | null;
}
export const setBudgetUpdate = defineUpdate<void, [SetBudgetRequest]>('setBudget');
export const setBudgetSignal = defineSignal<[SetBudgetRequest]>('setBudget');
/** What the configuration says of money and failing agents. */
export const policySignal = defineSignal<[MoneyPolicy]>('policy');
export const poolLimitSignal = defineSignal<[{ pool: string; limit: number }]>('poolLimit');

// To the governor: hosts
export interface HostReport {
  readonly hostId: HostId;
  readonly slots: number;
  readonly runs: readonly RunId[];
  /** Brake epoch the host knows; null = none yet. */
  readonly epoch: number | null;
}
export const hostUpSignal = defineSignal<[HostReport]>('hostUp');
export const hostDownSignal = defineSignal<[{ hostId: HostId }]>('hostDown');
export const hostForgetSignal = defineSignal<[{ hostId: HostId }]>('hostForget');

// From the governor, for people and starters
export const statusQuery = defineQuery<GovernorState>('status');
export const budgetQuery = defineQuery<BudgetState | null>('budget');
export const heldQuery = defineQuery<Held, [RunId]>('held');
export const roomQuery = defineQuery<Room, [string]>('room');
export const killSwitchQuery = defineQuery<Brake>('killSwitch');
/** A task, or a request nobody has made; what is left out is as for a route's task behind all others. */
export type WhyQuestion = Partial<Pick<Supposed, 'taskId' | 'pool' | 'route' | 'agent'>>;
export const whyQuery = defineQuery<Standing, [WhyQuestion]>('why');

// To a task or a dispatch
export interface GrantNews extends Partial<Grant> {
  readonly leaseId: RunId;
  readonly epoch: number;
}
export const grantedSignal = defineSignal<[GrantNews]>('granted');
/** A waiting admission was turned away; its id is not spent, asking again is decided anew. */
export const refusedSignal = defineSignal<[{ leaseId: RunId; blocked: Blocked }]>('refused');
/** Look at the board again before ending: a move in the last moment is not missed. */
export const recheckSignal = defineSignal('recheck');
/** Stops a task or a dispatch, whether it waits or runs. */
export const cancelTaskSignal = defineSignal<[CancelRequest]>('cancelTask');
/** Skip the backoff and ask for a slot now. */
export const retryNowSignal = defineSignal('retryNow');

/** A question of its last run was answered. */
export const answeredSignal = defineSignal('answered');

// To a conversation
export const turnSignal = defineSignal<[PlannedJob]>('turn');

import type { RunId } from '../../ids.ts';
import type { BreakerSettings, BudgetSettings } from '../../schema/settings.ts';

/** What the governor is held to: caps on money, and when an agent that keeps failing is stopped. */
export interface MoneyPolicy {
  /** Null = no budget: nothing is reserved and nothing waits for money. */
  readonly budget: BudgetSettings | null;
  readonly breaker: BreakerSettings;
}

/** Which cap is meant; an agent has one by day only. */
export type CapTarget =
  | { readonly scope: 'agent'; readonly name: string }
  | { readonly scope: 'project'; readonly period: CapPeriod };
export type CapPeriod = 'daily' | 'monthly' | 'total';

/** A cap that a person set; it stands until the configuration changes that very cap. */
export interface CapOverride {
  readonly target: CapTarget;
  /** Null = no cap. */
  readonly microUsd: number | null;
  /** What the configuration said then. */
  readonly fileMicroUsd: number | null;
}

/** Sums of settled costs, integer micro-dollars. */
export interface SpentSums {
  /** Of the day, by agent. */
  readonly agents: Readonly<Record<string, number>>;
  readonly day: number;
  readonly month: number;
  readonly total: number;
}

/** The purse of a project; plain JSON, carried over Continue-As-New. */
export interface BudgetState {
  readonly policy: BudgetSettings | null;
  readonly overrides: readonly CapOverride[];
  /** UTC day the sums are of, `YYYY-MM-DD`; its month is that of `spent.month`. */
  readonly day: string;
  readonly spent: SpentSums;
  /** The last known costs by agent, oldest first: what its next run may be expected to cost. */
  readonly recent: Readonly<Record<string, readonly number[]>>;
  /** What was already told today, by key, so that it is told once. */
  readonly told: readonly string[];
  /** Runs that ended without anybody saying what they cost, the latest last; absent = none. */
  readonly presumed?: Readonly<Record<RunId, Presumed>>;
}

/** What was charged for a run whose end nobody told. */
export interface Presumed {
  readonly agent: string;
  /** When it was let in, epoch milliseconds. */
  readonly at: number;
  readonly microUsd: number;
}

/** What a settled run says of itself (R-PROD-052). */
export interface RunUsage {
  /** Integer micro-dollars; null = not known, the reservation is charged. */
  readonly costMicroUsd: number | null;
  /** `none`: it says nothing about the agent (never started, stopped, lost). */
  readonly outcome: 'ok' | 'failed' | 'none';
  /** Whose run it was; needed where the governor was lost and knows the lease no more. */
  readonly agent?: string;
  /** What its task is charged beside that, as it was told when it was let in; absent = its task was never claimed, or nothing. */
  readonly feeMicroUsd?: number;
  /** When it was let in, as it was told then (epoch ms); a governor that came after one that was lost does not know. */
  readonly grantedAt?: number;
}

/** What is told to whoever was granted a slot. */
export interface Grant extends Allotment {
  /** When it was let in (epoch ms): in every book its cost counts for that UTC day (R-PROD-052). */
  readonly grantedAt: number;
}

/** The money of a grant. */
export interface Allotment {
  /** What this run may spend at most, integer micro-dollars; null = no cap. */
  readonly allowanceMicroUsd: number | null;
  /** What is held for it until it is settled, and charged when its cost stays unknown. */
  readonly reservedMicroUsd: number;
  /** Held beside that, and charged once its task is claimed; absent = nothing (R-PROD-014). */
  readonly feeMicroUsd?: number;
}

/**
 * The circuit breaker of one agent; present only while there is something to remember (R-PROD-063). Closed: never
 * tripped. Open: until a moment. Half-open: tripped and that moment is over, so one run tries.
 */
export interface AgentBreaker {
  /** When it failed, epoch milliseconds, oldest first; since it tripped all of them, else those of the window. */
  readonly failures: readonly number[];
  /** When it opened from closed, epoch milliseconds; null = closed. */
  readonly trippedAt: number | null;
  /** No run of it before this, epoch milliseconds. */
  readonly openUntil: number | null;
  /** The run that tries; counts only while its lease is there. */
  readonly probe: RunId | null;
  /** How many tries in a row failed: each doubles the cooldown. */
  readonly failedProbes: number;
}

/** Breakers by agent. */
export interface BreakerState {
  readonly policy: BreakerSettings;
  readonly agents: Readonly<Record<string, AgentBreaker>>;
}

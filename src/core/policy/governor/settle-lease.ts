import { FEE_AGENT } from '../money/fee.ts';
import type { RunUsage } from '../money/money-state.ts';
import { correct, presume, presumedOf } from '../money/presumed.ts';
import { heldFor } from '../money/purse.ts';
import { addSpent, chargeOf, emptyBudget, settleCost } from '../money/settle-cost.ts';
import { roleOf } from '../roles/names.ts';
import type { GovernorEffect } from './events.ts';
import { endLease, leaseOf } from './lease.ts';
import { noteOutcome } from './outcome.ts';
import type { GovernorState } from './state.ts';

/** A run that is over, and what became of its lease. */
export interface Settled {
  readonly state: GovernorState;
  readonly effects: readonly GovernorEffect[];
  /** Integer micro-dollars; null = nothing was booked. */
  readonly chargedMicroUsd: number | null;
}

/** How a lease ends. */
export interface Settling {
  readonly leaseId: string;
  readonly usage: RunUsage | undefined;
  readonly now: number;
}

/**
 * Ends a lease: its cost takes the place of its reservation, its outcome is counted. Sent twice it is booked once. A run
 * that this governor never let in, because it came after one that was lost, is booked all the same.
 */
export function settleLease(state: GovernorState, settling: Settling): Settled {
  const { leaseId, usage, now } = settling;
  const late = leaseOf(state, leaseId) === null ? settleLate(state, settling) : null;
  if (late !== null) return late;
  const ended = endLease(state, leaseId);
  const run = runOf(state, leaseId, usage, now);
  if (run === null) return { state: ended, effects: [], chargedMicroUsd: null };
  const { agent, at, feeMicroUsd } = run;
  const booking = { ...run, usage };
  const chargedMicroUsd = chargeOf(booking);
  const costed = settleCost(state.budget ?? emptyBudget(now), booking);
  const booked =
    feeMicroUsd === 0 ? costed : addSpent(costed, { agent: FEE_AGENT, at, microUsd: feeMicroUsd });
  const budget =
    usage === undefined ? presume(booked, leaseId, { agent, at, microUsd: chargedMicroUsd }) : booked;
  const outcome = usage?.outcome ?? 'none';
  const noted = noteOutcome({ ...ended, budget }, { leaseId, agent, outcome, now });
  return { ...noted, chargedMicroUsd };
}

/** A run that was given up for gone says what it cost after all; null = it is none, or does not say it. */
function settleLate(state: GovernorState, { leaseId, usage, now }: Settling): Settled | null {
  const { budget } = state;
  const before = budget === undefined ? null : presumedOf(budget, leaseId);
  if (budget === undefined || before === null || (usage?.costMicroUsd ?? null) === null) return null;
  const chargedMicroUsd = chargeOf({ reservedMicroUsd: before.microUsd, usage });
  const corrected = { ...state, budget: correct(budget, leaseId, chargedMicroUsd) };
  const outcome = usage?.outcome ?? 'none';
  return { ...noteOutcome(corrected, { leaseId, agent: before.agent, outcome, now }), chargedMicroUsd };
}

/** Ends several leases of which nobody says what they cost, for instance those of a host that is gone. */
export function settleLeases(state: GovernorState, leaseIds: readonly string[], now: number): GovernorState {
  return leaseIds.reduce(
    (next, leaseId) => settleLease(next, { leaseId, usage: undefined, now }).state,
    state,
  );
}

function runOf(state: GovernorState, leaseId: string, usage: RunUsage | undefined, now: number) {
  const lease = leaseOf(state, leaseId);
  if (lease !== null) {
    // Taken up from the records of another governor, it may be older than it seems.
    const at = usage?.grantedAt ?? lease.grantedAt;
    // Nor does it know then whose it is.
    const agent = roleOf(lease.agent === '' ? (usage?.agent ?? '') : lease.agent);
    // Of a run that nobody tells of it is not known whether its task was claimed: it was, mostly.
    const feeMicroUsd = (usage === undefined ? lease : usage).feeMicroUsd ?? 0;
    return { agent, at, reservedMicroUsd: heldFor(lease), feeMicroUsd };
  }
  const agent = usage?.agent;
  const feeMicroUsd = usage?.feeMicroUsd ?? 0;
  const isCostly = (usage?.costMicroUsd ?? 0) + feeMicroUsd > 0;
  const isStray = agent !== undefined && !state.released.includes(leaseId) && isCostly;
  return isStray
    ? { agent: roleOf(agent), at: usage?.grantedAt ?? now, reservedMicroUsd: 0, feeMicroUsd }
    : null;
}

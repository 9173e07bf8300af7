import type { HostId, ProjectName } from '../../ids.ts';
import { GOVERNOR_WARM_UP_MS_MAX, HOST_SILENT_MS_MAX, HOSTS_MAX } from '../../limits.ts';
import { isBudgeted, setPolicy } from '../money/caps.ts';
import type { BudgetState, MoneyPolicy, SpentSums } from '../money/money-state.ts';
import { reservationOf } from '../money/reservation.ts';
import { emptyBudget } from '../money/settle-cost.ts';
import { roleOf } from '../roles/names.ts';
import { setBreakerPolicy } from './breaker.ts';
import type { Brake, GovernorState, Lease } from './state.ts';

/** What a governor that starts anew is told by whoever starts it. */
export interface GovernorSeed {
  readonly project: ProjectName;
  /** Slots by pool (R-SYS-016). */
  readonly pools: Readonly<Record<string, number>>;
  /** The last saved state, for brake, pauses and leases; a brake that cannot be read must come in as armed. */
  readonly seed?: Partial<Pick<GovernorState, 'brake' | 'pauses' | 'leases' | 'released'>> | null;
  /** What it is held to; absent = no budget and no breakers. */
  readonly policy?: MoneyPolicy;
  /** What was spent before, without the runs of `seed.leases`; absent = nothing. */
  readonly spent?: SpentBefore;
  /** The last saved state, for what persons and failures have changed of that policy. */
  readonly money?: Pick<GovernorState, 'budget' | 'breaker'> | null;
  /** Hosts the store has heard of. */
  readonly knownHosts: readonly { readonly hostId: HostId; readonly lastSeen: number }[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What the records say was spent, and what runs cost lately by agent, oldest first. */
export interface SpentBefore {
  readonly sums: SpentSums;
  readonly recent?: BudgetState['recent'];
}

const RELEASED_BRAKE: Brake = { armed: false, epoch: 0, reason: null, by: null, at: null };

/**
 * The state of a governor that was not there before. It gives nothing away until every host heard of lately has
 * said what it runs, or GOVERNOR_WARM_UP_MS_MAX; a project that never ran anything has nothing to wait for.
 */
export function initialGovernor(given: GovernorSeed): GovernorState {
  const { project, pools, seed, knownHosts, now } = given;
  const money = moneyOf(given);
  const leases = Object.values(seed?.leases ?? {}).map(
    (lease) => [lease.leaseId, { ...held(lease, money.budget), ...lease }] as const,
  );
  const awaiting = recentHosts(knownHosts, now);
  const idle = awaiting.length === 0 && leases.length === 0;
  return {
    project,
    brake: seed?.brake ?? RELEASED_BRAKE,
    pauses: seed?.pauses ?? [],
    pools: Object.fromEntries(Object.entries(pools).map(([pool, limit]) => [pool, { limit }])),
    leases: Object.fromEntries(leases),
    waiting: [],
    released: seed?.released ?? [],
    hosts: {},
    warmUp: idle ? null : { until: now + GOVERNOR_WARM_UP_MS_MAX, awaiting },
    nextSeq: 0,
    ...money,
  };
}

/** Caps that persons set stand on; breakers stay open; the purse is as full as the records say. */
function moneyOf({ policy, spent, money, now }: GovernorSeed): Pick<GovernorState, 'budget' | 'breaker'> {
  if (policy === undefined) return {};
  const fresh = emptyBudget(now);
  const known = money?.budget;
  const told = known?.day === fresh.day ? known.told : [];
  const budget = setPolicy({ ...fresh, overrides: known?.overrides ?? [], told }, policy.budget);
  return {
    budget: { ...budget, spent: spent?.sums ?? fresh.spent, recent: spent?.recent ?? {} },
    breaker: setBreakerPolicy(money?.breaker, policy.breaker),
  };
}

/** A run whose reservation nobody remembers holds what it would now. */
function held({ agent }: Lease, budget: BudgetState | undefined): { reservedMicroUsd?: number } {
  if (budget === undefined || !isBudgeted(budget)) return {};
  return { reservedMicroUsd: reservationOf(budget, roleOf(agent), Number.POSITIVE_INFINITY) };
}

function recentHosts(hosts: GovernorSeed['knownHosts'], now: number): readonly HostId[] {
  const recent = hosts.filter(({ lastSeen }) => now - lastSeen <= HOST_SILENT_MS_MAX);
  recent.sort((a, b) => b.lastSeen - a.lastSeen);
  return recent.slice(0, HOSTS_MAX).map(({ hostId }) => hostId);
}

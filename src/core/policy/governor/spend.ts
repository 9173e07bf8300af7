import { heldFor, openPurse } from '../money/purse.ts';
import { dayStart } from '../money/utc-day.ts';
import { roleOf } from '../roles/names.ts';
import type { GovernorChange } from './events.ts';
import { leaseOf } from './lease.ts';
import { withEntries } from './record.ts';
import type { GovernorState } from './state.ts';

/** What a run says it has spent so far; as much is held for it from now on, if that is more than its reservation (I4). */
export function noteSpend(
  state: GovernorState,
  { leaseId, microUsd }: { readonly leaseId: string; readonly microUsd: number },
): GovernorChange {
  const lease = leaseOf(state, leaseId);
  if (lease === null || !Number.isSafeInteger(microUsd) || microUsd <= heldFor(lease))
    return { state, effects: [] };
  const noted = { ...lease, spentMicroUsd: microUsd };
  return { state: { ...state, leases: withEntries(state.leases, [[leaseId, noted]]) }, effects: [] };
}

/** What a run may spend in all as things are now, micro-dollars; null = no cap, or it is no run of ours any more. */
export function allowanceOf(state: GovernorState, leaseId: string): number | null {
  const { budget, leases } = state;
  const lease = leaseOf(state, leaseId);
  const purse = lease === null ? null : openPurse(budget, leases);
  if (budget === undefined || lease === null || purse === null) return null;
  const now = heldFor(lease) + purse.leftFor(roleOf(lease.agent));
  // What it costs counts for the day it was let in: the caps of a new one are not there for it.
  const then = lease.grantedAt < dayStart(budget.day) ? (lease.allowanceMicroUsd ?? null) : null;
  const allowance = then === null ? now : Math.min(now, then);
  return Number.isFinite(allowance) ? allowance : null;
}

import type { RunId } from '../../ids.ts';
import { RELEASED_LEASES_KEPT_MAX } from '../../limits.ts';
import { leaveLine } from './line.ts';
import type { GovernorState, Lease } from './state.ts';

/** Ends a lease or a place in line for good; its id is remembered, so that a late `admit` of it is refused. */
export function endLease(state: GovernorState, leaseId: RunId): GovernorState {
  const left = leaveLine(state, leaseId);
  const { [leaseId]: _ended, ...leases } = left.leases;
  if (left.released.includes(leaseId)) return leaseOf(left, leaseId) === null ? left : { ...left, leases };
  const released = [...left.released, leaseId].slice(-RELEASED_LEASES_KEPT_MAX);
  return { ...left, leases, released };
}

/** Ends several leases, for instance those of a host that is gone. */
export function endLeases(state: GovernorState, leaseIds: readonly RunId[]): GovernorState {
  return leaseIds.reduce(endLease, state);
}

/** A lease by id; inherited names are no ids. */
export function leaseOf(state: GovernorState, leaseId: RunId): Lease | null {
  return Object.hasOwn(state.leases, leaseId) ? (state.leases[leaseId] ?? null) : null;
}

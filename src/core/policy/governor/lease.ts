import type { RunId } from '../../ids.ts';
import { RELEASED_LEASES_KEPT_MAX } from '../../limits.ts';
import { grantOf } from '../money/grant-of.ts';
import { leaveLine } from './line.ts';
import { withoutEntry } from './record.ts';
import type { GovernorState, Held, Lease } from './state.ts';

/** Ends a lease or a place in line for good; its id is remembered, so that a late `admit` of it is refused. */
export function endLease(state: GovernorState, leaseId: RunId): GovernorState {
  const left = withoutLease(leaveLine(state, leaseId), leaseId);
  if (left.released.includes(leaseId)) return left;
  return { ...left, released: [...left.released, leaseId].slice(-RELEASED_LEASES_KEPT_MAX) };
}

/** A lease by id; inherited names are no ids. */
export function leaseOf(state: GovernorState, leaseId: RunId): Lease | null {
  return Object.hasOwn(state.leases, leaseId) ? (state.leases[leaseId] ?? null) : null;
}

/** A slot, a place in line, or nothing. */
export function heldBy(state: GovernorState, leaseId: RunId): Held {
  const lease = leaseOf(state, leaseId);
  if (lease !== null) return { kind: 'granted', epoch: lease.epoch, route: lease.route, ...grantOf(lease) };
  return state.waiting.some((entry) => entry.leaseId === leaseId) ? { kind: 'waiting' } : null;
}

function withoutLease(state: GovernorState, leaseId: RunId): GovernorState {
  if (leaseOf(state, leaseId) === null) return state;
  return { ...state, leases: withoutEntry(state.leases, leaseId) };
}

import type { GovernorChange, GovernorEvent } from './events.ts';
import { endLease, leaseOf } from './lease.ts';
import { withEntries } from './record.ts';
import type { GovernorState } from './state.ts';

type Event<K extends GovernorEvent['kind']> = Extract<GovernorEvent, { kind: K }>;

/** The workflow has been told of its grant. */
export function confirmGrant(state: GovernorState, { leaseId }: Event<'grant-delivered'>): GovernorChange {
  const lease = leaseOf(state, leaseId);
  if (lease === null || !lease.unconfirmed) return { state, effects: [] };
  const leases = withEntries(state.leases, [[leaseId, { ...lease, unconfirmed: false }]]);
  return { state: { ...state, leases }, effects: [] };
}

/** Nobody is there to use the grant: the slot is free. A lease that is known to be used stays. */
export function dropUndeliverable(
  state: GovernorState,
  { leaseId }: Event<'grant-undeliverable'>,
): GovernorChange {
  const unused = leaseOf(state, leaseId)?.unconfirmed === true;
  return { state: unused ? endLease(state, leaseId) : state, effects: [] };
}

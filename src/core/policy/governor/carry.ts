import { GOVERNOR_STATE_BYTES_MAX } from '../../limits.ts';
import { epochEffect } from './brake.ts';
import type { GovernorEffect } from './events.ts';
import { grantEffect } from './grant.ts';
import type { GovernorState } from './state.ts';

/**
 * The state a governor hands to its next Workflow Run, within GOVERNOR_STATE_BYTES_MAX. The memory of released lease ids
 * gives way, oldest first: it merely guards against answers that come very late. After it what was learned of costs does.
 */
export function carryState(state: GovernorState): GovernorState {
  const excess = JSON.stringify(state).length - GOVERNOR_STATE_BYTES_MAX;
  if (excess <= 0) return state;
  let freed = 0;
  const kept = state.released.filter((leaseId) => {
    if (freed >= excess) return true;
    freed += leaseId.length + QUOTES_AND_COMMA;
    return false;
  });
  const trimmed = { ...state, released: kept };
  if (freed >= excess || state.budget === undefined) return trimmed;
  return { ...trimmed, budget: { ...state.budget, recent: {} } };
}

/** What the next Workflow Run says again at its start: unconfirmed grants, and the epoch to hosts without it. */
export function carryEffects(state: GovernorState): readonly GovernorEffect[] {
  const unconfirmed = Object.values(state.leases).filter((lease) => lease.unconfirmed);
  const behind = Object.values(state.hosts).filter((host) => host.ackedEpoch !== state.brake.epoch);
  return [
    ...unconfirmed.map((lease) => grantEffect(lease, lease.epoch)),
    ...behind.map((host) => epochEffect(state, host)),
  ];
}

/** May the state be handed over now? A Signal on its way would be lost. */
export function mayCarry(state: GovernorState): boolean {
  return Object.values(state.leases).every((lease) => !lease.unconfirmed);
}

const QUOTES_AND_COMMA = 3;

import { ROUTES_POOL } from '../pools.ts';
import { admit } from './admit.ts';
import type { GovernorChange } from './events.ts';
import { grantStartable } from './grant.ts';
import { endLease, leaseOf } from './lease.ts';
import { roomOf } from './room.ts';
import type { GovernorState, ReleaseAnswer, ReleaseRequest } from './state.ts';

/** A release decided, with the follower's admission in the same decision when one was asked for. */
export interface Released extends GovernorChange {
  readonly answer: ReleaseAnswer;
}

/**
 * Gives a slot back. Unknown and already released ids are answered alike, so sending it twice is harmless; `next`
 * competes by its order with those in line for the slot that became free.
 */
export function release(state: GovernorState, { leaseId, next }: ReleaseRequest, now: number): Released {
  const pool = leaseOf(state, leaseId)?.pool ?? next?.pool ?? ROUTES_POOL;
  const freed = endLease(state, leaseId);
  if (next === undefined) {
    const change = grantStartable(freed, now);
    return { ...change, answer: { room: roomOf(change.state, pool, now) } };
  }
  const { state: after, effects, answer } = admit(freed, next, now);
  return { state: after, effects, answer: { room: roomOf(after, pool, now), next: answer } };
}

/** The pool told about when the release of an unknown lease names none. */

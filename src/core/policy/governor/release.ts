import { ROUTES_POOL } from '../pools.ts';
import { admit } from './admit.ts';
import type { GovernorChange } from './events.ts';
import { grantStartable } from './grant.ts';
import { leaseOf } from './lease.ts';
import { turnAway } from './refusal.ts';
import { roomOf } from './room.ts';
import { settleLease } from './settle-lease.ts';
import type { GovernorState, ReleaseAnswer, ReleaseRequest } from './state.ts';

/** A release decided, with the follower's admission in the same decision when one was asked for. */
export interface Released extends GovernorChange {
  readonly answer: ReleaseAnswer;
}

/**
 * Gives a slot back and books what its run cost. Unknown and already released ids are answered alike, so sending it twice
 * is harmless; `next` competes by its order with those in line for the slot that became free.
 */
export function release(state: GovernorState, request: ReleaseRequest, now: number): Released {
  const { leaseId, next, usage } = request;
  // The pool told about when the release of an unknown lease names none.
  const pool = leaseOf(state, leaseId)?.pool ?? next?.pool ?? ROUTES_POOL;
  const settled = settleLease(state, { leaseId, usage, now });
  const kept = turnAway(settled.state);
  const before = [...settled.effects, ...kept.effects];
  const { chargedMicroUsd } = settled;
  const charged = chargedMicroUsd === null || usage === undefined ? {} : { chargedMicroUsd };
  if (next === undefined) {
    const { state: after, effects } = grantStartable(kept.state, now);
    return {
      state: after,
      effects: [...before, ...effects],
      answer: { room: roomOf(after, pool, now), ...charged },
    };
  }
  const { state: after, effects, answer } = admit(kept.state, next, now);
  const room = roomOf(after, pool, now);
  return { state: after, effects: [...before, ...effects], answer: { room, ...charged, next: answer } };
}

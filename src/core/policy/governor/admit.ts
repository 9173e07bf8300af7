import { grantOf } from '../money/grant-of.ts';
import { blockOf, LINE_FULL, standingOrders } from './block.ts';
import type { GovernorChange } from './events.ts';
import { grantStartable } from './grant.ts';
import { leaseOf } from './lease.ts';
import { isOverfull, joinLine, leaveLine } from './line.ts';
import { roomOf } from './room.ts';
import type { AdmitAnswer, AdmitRequest, Blocked, GovernorState } from './state.ts';

/** An admission decided: what became of the line, and what the asker hears. */
export interface Admitted extends GovernorChange {
  readonly answer: AdmitAnswer;
}

/**
 * One decision over brake, pauses, hosts and slots. Asking again under the same lease id answers what became of
 * it, unless it now asks for another route: a task that was moved while it waited. Everybody joins the line first, so a
 * newcomer never overtakes one that sorts before it.
 */
export function admit(given: GovernorState, request: AdmitRequest, now: number): Admitted {
  const state = leaveOtherLine(given, request);
  const order = request.ifBlocked === 'refuse' ? standingOrders(state)(request) : null;
  const known = isKnown(state, request);
  if (known || order !== null) {
    // Time alone may have freed something since the last event; whoever asks, the line is served.
    const served = grantStartable(state, now);
    const present = presentAnswer(served.state, request, now);
    if (present !== null) return { ...served, answer: present };
    if (order !== null) return { ...served, answer: refuse(served.state, request, { blocked: order, now }) };
  }
  const { state: next, effects } = grantStartable(joinLine(state, request, now), now, request.leaseId);
  const answer = presentAnswer(next, request, now);
  if (answer?.kind === 'waiting' && isOverfull(next)) {
    const turnedAway = leaveLine(next, request.leaseId);
    return { state: turnedAway, effects, answer: refuse(turnedAway, request, { blocked: LINE_FULL, now }) };
  }
  if (answer === null) throw new Error(`lease ${request.leaseId} is neither granted nor in line`);
  return { state: next, effects, answer };
}

function leaveOtherLine(state: GovernorState, { leaseId, route }: AdmitRequest): GovernorState {
  const entry = state.waiting.find((waiting) => waiting.leaseId === leaseId);
  return entry === undefined || entry.route === route ? state : leaveLine(state, leaseId);
}

function isKnown(state: GovernorState, { leaseId }: AdmitRequest): boolean {
  if (leaseOf(state, leaseId) !== null || state.released.includes(leaseId)) return true;
  return state.waiting.some((entry) => entry.leaseId === leaseId);
}

/** What an earlier admission of this lease id came to, or null when there was none. */
function presentAnswer(
  state: GovernorState,
  { leaseId, pool }: AdmitRequest,
  now: number,
): AdmitAnswer | null {
  const room = () => roomOf(state, pool, now);
  const lease = leaseOf(state, leaseId);
  if (lease !== null)
    return { kind: 'granted', leaseId, epoch: lease.epoch, room: room(), ...grantOf(lease) };
  const entry = state.waiting.find((waiting) => waiting.leaseId === leaseId);
  if (entry !== undefined) {
    const blocked = blockOf(state, entry, now) ?? STARTS_SOON;
    return { kind: 'waiting', leaseId, blocked, room: room() };
  }
  return state.released.includes(leaseId) ? { kind: 'released', leaseId, room: room() } : null;
}

/** Between two events time alone may have made it startable; the next event grants it. */
const STARTS_SOON = { code: 'no-slot', text: 'waiting for a slot: next in line', position: 1 } as const;

function refuse(state: GovernorState, request: AdmitRequest, { blocked, now }: Refusal): AdmitAnswer {
  return { kind: 'refused', leaseId: request.leaseId, blocked, room: roomOf(state, request.pool, now) };
}

interface Refusal {
  readonly blocked: Blocked;
  readonly now: number;
}

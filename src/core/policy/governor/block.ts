import { GOVERNOR_WARM_UP_MS_MAX, WAITING_LINE_MAX } from '../../limits.ts';
import { because } from './because.ts';
import { holdBlock, holdsOf } from './hold.ts';
import { placeOf } from './line.ts';
import type { AdmitRequest, Blocked, GovernorState, WaitingEntry } from './state.ts';
import { effectiveLimit, freeSlots, type Stock, takeStock } from './stock.ts';

/**
 * The one binding reason why a request may not start now, or null. Precedence: brake, warming up, paused (project,
 * route, agent, account), the agent's breaker, its budget, no host, no slot.
 */
export function blockOf(
  state: GovernorState,
  request: AdmitRequest | WaitingEntry,
  now: number,
): Blocked | null {
  const found = haltOf(state, now) ?? standingHoldOf(state, request);
  if (found !== null) return found;
  const stock = takeStock(state, now);
  if (stock.hosts === 0) return NO_HOST;
  if (hasSlotFor(state, stock, request)) return null;
  return slotBlock(state, stock, { request, ahead: countAhead(state, stock, request) });
}

/** Why nothing at all starts now: the brake, or a governor that has not heard of its hosts yet. */
export function haltOf(state: GovernorState, now: number): Blocked | null {
  if (state.brake.armed) return { code: 'brake', text: brakeText(state) };
  if (isWarmingUp(state, now)) return { code: 'warming-up', text: warmUpText(state) };
  return null;
}

/** Has a fresh governor still to wait for what its hosts run? */
export function isWarmingUp({ warmUp }: GovernorState, now: number): boolean {
  return warmUp !== null && now < warmUp.until;
}

/**
 * What may last for hours: a brake, a pause, an account's limit, a breaker, a budget; a synchronous call does not wait for
 * those (R-SYS-018, R-SYS-019).
 */
export function standingOrders(state: GovernorState): (request: AdmitRequest) => Blocked | null {
  if (state.brake.armed) return () => ({ code: 'brake', text: brakeText(state) });
  const holds = holdsOf(state);
  return (request) => {
    const hold = holds.of(request);
    return hold === null ? null : holdBlock(hold);
  };
}

/** Is there a slot for it: its parent's, if no sibling has that, or a free one of its pool? */
export function hasSlotFor(state: GovernorState, stock: Stock, request: AdmitRequest): boolean {
  return mayBorrow(state, stock, request) || freeSlots(state, stock, request.pool) > 0;
}

/** May it run in the slot of the run that waits for it? */
export function mayBorrow(
  state: GovernorState,
  stock: Stock,
  { leaseId, parentLeaseId }: AdmitRequest,
): boolean {
  if (parentLeaseId === undefined || parentLeaseId === leaseId) return false;
  return Object.hasOwn(state.leases, parentLeaseId) && !stock.lenders.has(parentLeaseId);
}

/** The sentence of a request that only lacks a slot, `ahead` of it in line. */
export function slotBlock(
  state: GovernorState,
  stock: Stock,
  { request, ahead }: { readonly request: AdmitRequest; readonly ahead: number },
): Blocked {
  const limit = effectiveLimit(state, stock, request.pool);
  const position = ahead + 1;
  if (limit === 0) {
    return { code: 'no-slot', text: `waiting for a slot: pool "${request.pool}" has none to give`, position };
  }
  const inPool = stock.inUse.get(request.pool) ?? 0;
  const used = inPool >= limit ? `${inPool} of ${limit} in use` : hostsFullText(stock);
  const line = ahead === 0 ? 'next in line' : `${ahead} ahead in line`;
  return { code: 'no-slot', text: `waiting for a slot: ${used}, ${line}`, position };
}

/** Is this request kept back by a pool or host limit together with others of other pools? */
export function competesAcrossPools(state: GovernorState, stock: Stock, pool: string): boolean {
  return (stock.inUse.get(pool) ?? 0) < effectiveLimit(state, stock, pool);
}

/** The reason of a newcomer that finds the line full. */
export const LINE_FULL: Blocked = {
  code: 'line-full',
  text: `the waiting line is full (${WAITING_LINE_MAX} at most); try again later`,
};

/** The reason while no host that runs agents is up. */
export const NO_HOST: Blocked = { code: 'no-host', text: 'no host that runs agents is up' };

function countAhead(state: GovernorState, stock: Stock, request: AdmitRequest | WaitingEntry): number {
  const place = { order: request.order, seq: 'seq' in request ? request.seq : state.nextSeq };
  const holds = holdsOf(state);
  const anyPool = competesAcrossPools(state, stock, request.pool);
  const before = state.waiting.slice(0, placeOf(state.waiting, place));
  return before.filter((entry) => (anyPool || entry.pool === request.pool) && holds.of(entry) === null)
    .length;
}

function standingHoldOf(state: GovernorState, request: AdmitRequest): Blocked | null {
  const hold = holdsOf(state).of(request);
  return hold === null ? null : holdBlock(hold);
}

function brakeText({ brake }: GovernorState): string {
  return `the brake is armed${brake.by === null ? '' : ` by ${brake.by}`}${because(brake.reason)}`;
}

function warmUpText({ warmUp }: GovernorState): string {
  const count = warmUp?.awaiting.length ?? 0;
  const whom = count === 0 ? 'hosts' : count === 1 ? '1 host' : `${count} hosts`;
  const seconds = GOVERNOR_WARM_UP_MS_MAX / 1000;
  return `the governor has just started and waits up to ${seconds} s for ${whom} to report what they run`;
}

function hostsFullText({ total, hostSlots, hosts }: Stock): string {
  return `${total} of ${hostSlots} in use on ${hosts === 1 ? '1 host' : `${hosts} hosts`}`;
}

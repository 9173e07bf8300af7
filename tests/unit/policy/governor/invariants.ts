import { isDeepStrictEqual } from 'node:util';
import { HOST_SILENT_MS_MAX, WAITING_LINE_MAX } from '../../../../src/core/limits.ts';
import { epochAccepts, type HostBrake } from '../../../../src/core/policy/governor/epoch-accepts.ts';
import type { GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import type { Reduction } from '../../../../src/core/policy/governor/reduce.ts';
import type {
  AdmitRequest,
  GovernorState,
  WaitingEntry,
} from '../../../../src/core/policy/governor/state.ts';
import { isHeld } from './money-books.ts';

/** One step of a random walk, as the checks see it. */
export interface Step {
  readonly event: GovernorEvent;
  readonly before: GovernorState;
  readonly after: Reduction;
  readonly now: number;
  /** Ids ever given back in this walk. */
  readonly ended: ReadonlySet<string>;
  /** What the hosts themselves know. */
  readonly hosts: ReadonlyMap<string, HostBrake>;
}

/** Throws on the first broken promise of the governor; counts for itself, apart from the code under test. */
export function checkStep({ event, before, after, now, ended, hosts }: Step): void {
  const { state, effects } = after;
  checkPauses(before, state, event);
  const granted = Object.values(state.leases).filter(({ leaseId }) => !Object.hasOwn(before.leases, leaseId));
  const count = countSlots(state, now);
  if (granted.length > 0) {
    promise(!state.brake.armed, 'nothing is granted while armed');
    promise(state.warmUp === null || now >= state.warmUp.until, 'nothing is granted while warming up');
  }
  for (const lease of granted) {
    const account = accountOf(before, event, lease.leaseId);
    promise(pauseOf(state, { ...lease, ...account }) === undefined, 'nothing is granted in a paused scope');
    promise(!ended.has(lease.leaseId), 'a released id is never granted again');
    promise(lease.epoch === state.brake.epoch, 'a lease carries the present epoch');
    if (count.lent.has(lease.leaseId)) continue;
    const used = count.pools.get(lease.pool) ?? 0;
    promise(used <= limitOf(state, lease.pool), 'a pool is not overbooked by a grant');
    promise(count.total <= count.hostSlots, 'live hosts are not overbooked by a grant');
  }
  for (const effect of effects) {
    if (effect.kind !== 'send-grant') continue;
    const lease = state.leases[effect.leaseId];
    promise(
      lease?.unconfirmed === true && lease.workflowId === effect.workflowId,
      'a sent grant refers to a lease',
    );
  }
  checkLine(state);
  checkNobodyForgotten(state, now);
  checkHosts(state, hosts);
}

/** The state is plain JSON. */
export function checkPlain(state: GovernorState): void {
  promise(
    isDeepStrictEqual(JSON.parse(JSON.stringify(state)), state),
    'a round trip through JSON changes nothing',
  );
}

/** A pause lasts until its time is over or somebody ends it, neither shorter nor longer. */
function checkPauses(before: GovernorState, { pauses }: GovernorState, { kind, now }: GovernorEvent): void {
  promise(
    pauses.every(({ until = Infinity, at }) => until > now || at === now),
    'no pause outlives its time',
  );
  if (kind === 'pause' || kind === 'unpause') return;
  const lasting = before.pauses.filter(({ until = Infinity }) => until > now);
  promise(isDeepStrictEqual(pauses, lasting), 'a pause ends only with its time');
}

/** What was asked for; a lease itself does not know its account. */
function accountOf({ waiting }: GovernorState, event: GovernorEvent, leaseId: string) {
  const asked =
    event.kind === 'admit' ? event.request : event.kind === 'release' ? event.request.next : undefined;
  // Who asks for another route than the one it waits for has left that line.
  const stayed = (entry: WaitingEntry) => asked?.leaseId !== leaseId || asked.route === entry.route;
  const request = waiting.find((entry) => entry.leaseId === leaseId && stayed(entry)) ?? asked;
  return request?.account === undefined ? {} : { account: request.account };
}

function checkLine(state: GovernorState): void {
  const ids = new Set<string>();
  let last: WaitingEntry | null = null;
  for (const entry of state.waiting) {
    promise(
      !ids.has(entry.leaseId) && !Object.hasOwn(state.leases, entry.leaseId),
      'an id stands in one place only',
    );
    ids.add(entry.leaseId);
    if (last !== null) promise(isBefore(last, entry), 'the line is sorted');
    last = entry;
    const halted = state.brake.armed || pauseOf(state, entry) !== undefined;
    promise(entry.ifBlocked === 'wait' || !halted, 'a synchronous call waits for no brake and no pause');
  }
  promise(state.waiting.length <= WAITING_LINE_MAX, 'the line is bounded');
}

/** No lost wake-up: who could start is not in line. */
function checkNobodyForgotten(state: GovernorState, now: number): void {
  if (state.brake.armed || (state.warmUp !== null && now < state.warmUp.until)) return;
  const count = countSlots(state, now);
  if (count.hosts === 0) return;
  const held = new Map<string, boolean>();
  const kindOf = ({ agent, taskId, pool }: WaitingEntry) => `${agent} ${pool} ${taskId === null}`;
  for (const entry of state.waiting)
    if (!held.has(kindOf(entry))) held.set(kindOf(entry), isHeld(state, entry));
  for (const entry of state.waiting) {
    if (pauseOf(state, entry) !== undefined || held.get(kindOf(entry)) === true) continue;
    const parent = entry.parentLeaseId;
    const couldBorrow =
      parent !== undefined && Object.hasOwn(state.leases, parent) && !count.lenders.has(parent);
    const inPool = (count.pools.get(entry.pool) ?? 0) < limitOf(state, entry.pool);
    promise(
      !couldBorrow && !(inPool && count.total < count.hostSlots),
      'who could start is not left in line',
    );
  }
}

/** I9: what a host has confirmed as armed, it does not start. */
function checkHosts(state: GovernorState, hosts: ReadonlyMap<string, HostBrake>): void {
  if (!state.brake.armed) return;
  for (const { hostId, ackedEpoch } of Object.values(state.hosts)) {
    const host = hosts.get(hostId);
    if (ackedEpoch !== state.brake.epoch || host === undefined) continue;
    for (const { epoch } of Object.values(state.leases)) {
      promise(epochAccepts(host, epoch) !== 'start', 'an armed host that has confirmed starts nothing');
    }
  }
}

function countSlots(state: GovernorState, now: number) {
  const live = Object.values(state.hosts).filter(({ lastSeen }) => now - lastSeen <= HOST_SILENT_MS_MAX);
  const hostSlots = live.reduce((sum, { slots }) => sum + slots, 0);
  const lenders = new Set<string>();
  const lent = new Set<string>();
  const pools = new Map<string, number>();
  for (const { leaseId, parentLeaseId, pool } of Object.values(state.leases)) {
    if (
      parentLeaseId !== undefined &&
      Object.hasOwn(state.leases, parentLeaseId) &&
      !lenders.has(parentLeaseId)
    ) {
      lenders.add(parentLeaseId);
      lent.add(leaseId);
    } else pools.set(pool, (pools.get(pool) ?? 0) + 1);
  }
  const total = [...pools.values()].reduce((sum, used) => sum + used, 0);
  return { hosts: live.length, hostSlots, lenders, lent, pools, total };
}

const limitOf = (state: GovernorState, pool: string): number => state.pools[pool]?.limit ?? 0;

type Asker = Pick<AdmitRequest, 'route' | 'agent' | 'account'>;

function pauseOf(state: GovernorState, { route, agent, account }: Asker) {
  return state.pauses.find(
    ({ scope, name }) =>
      scope === 'project' ||
      (scope === 'route' && name === route) ||
      (scope === 'agent' && name === agent) ||
      (scope === 'account' && name === account),
  );
}

function isBefore(a: WaitingEntry, b: WaitingEntry): boolean {
  if (a.order[0] !== b.order[0]) return a.order[0] < b.order[0];
  if (a.order[1] !== b.order[1]) return a.order[1] < b.order[1];
  return a.seq < b.seq;
}

function promise(holds: boolean, text: string): void {
  if (!holds) throw new Error(`broken: ${text}`);
}

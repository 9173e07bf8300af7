import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carryState } from '../../../../src/core/policy/governor/carry.ts';
import { epochAccepts, type HostBrake } from '../../../../src/core/policy/governor/epoch-accepts.ts';
import type { GovernorEffect, GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import { initialGovernor } from '../../../../src/core/policy/governor/initial.ts';
import { type Reduction, reduce } from '../../../../src/core/policy/governor/reduce.ts';
import type {
  AdmitRequest,
  GovernorState,
  ReleaseRequest,
} from '../../../../src/core/policy/governor/state.ts';
import { aPolicy } from '../money/builders.ts';
import { aRequest, T0 } from './builders.ts';
import { checkPlain, checkStep } from './invariants.ts';
import { type Books, checkMoney, someBooks } from './money-books.ts';

const STEPS_PER_WALK_MAX = 400;
const STEPS_MIN = 100_000;
const WALKS = 600;

/** Three small numbers, packed in one, decide what a step does; the walk turns them into an event that fits. */
type Dice = readonly [what: number, which: number, how: number];
const walkArbitrary = fc.array(fc.nat(99_999_999), { maxLength: STEPS_PER_WALK_MAX, size: 'max' });
const unpack = (roll: number): Dice => [
  roll % 100,
  Math.floor(roll / 100) % 1_000,
  Math.floor(roll / 100_000),
];

type ApplyEpoch = Extract<GovernorEffect, { kind: 'apply-epoch' }>;

/** A governor, its hosts and the mail between them. */
interface World {
  state: GovernorState;
  now: number;
  serial: number;
  readonly ended: Set<string>;
  readonly hosts: Map<string, HostBrake>;
  readonly mail: ApplyEpoch[];
  readonly books: Books;
}

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];
const POOLS = ['dispatch', 'routes', 'roles'];
const AGENTS = ['a0', 'a1', 'a2', 'a0', 'producer'];
const HOSTS = ['h0', 'h1', 'h2'];

function aNewRequest(world: World, which: number, how: number): AdmitRequest {
  world.serial += 1;
  const parent = how % 4 === 0 ? pick(Object.keys(world.state.leases), which) : undefined;
  return aRequest(`L${world.serial}`, {
    pool: pick(POOLS, which) ?? 'routes',
    route: which % 5 === 0 ? null : `q${which % 3}`,
    agent: pick(AGENTS, how) ?? 'a0',
    ...(how % 6 === 5 ? { taskId: null } : {}),
    ...(which % 2 === 0 ? { account: `c${how % 2}` } : {}),
    order: [how % 3, which % 7],
    ifBlocked: how % 5 === 0 ? 'refuse' : 'wait',
    ...(parent === undefined ? {} : { parentLeaseId: parent }),
  });
}

function anyId({ state, serial }: World, which: number): string {
  const ids = [...Object.keys(state.leases), ...state.waiting.map(({ leaseId }) => leaseId)];
  return which % 6 === 0 ? `L${which % (serial + 1)}` : (pick(ids, which) ?? 'L0');
}

function aPause(which: number, how: number) {
  if (how % 7 === 0) return { scope: 'project', name: null } as const;
  if (how % 5 === 0) return { scope: 'account', name: `c${which % 2}` } as const;
  return how % 2 === 0
    ? ({ scope: 'route', name: `q${which % 3}` } as const)
    : ({ scope: 'agent', name: `a${which % 3}` } as const);
}

/** A host tells what it runs, and what it knows of the brake; now and then it has been restarted. */
function aReport(world: World, which: number, how: number): GovernorEvent {
  const hostId = pick(HOSTS, which) ?? 'h0';
  if (how % 10 === 0) world.hosts.delete(hostId);
  const runs = Object.keys(world.state.leases).filter(
    (_, index) => index % HOSTS.length === which % HOSTS.length,
  );
  const { epoch } = world.hosts.get(hostId) ?? { epoch: null };
  return { kind: 'host-up', now: world.now, hostId, slots: 1 + (how % 3), runs, epoch };
}

/** A letter arrives, perhaps late: older news is ignored, and the host says what it knows now. */
function deliver(world: World, which: number): GovernorEvent {
  const { now, mail, hosts } = world;
  const [letter] = mail.splice(which % Math.max(1, mail.length), 1);
  if (letter === undefined) return { kind: 'tick', now };
  const known = hosts.get(letter.hostId);
  const isNews = known === undefined || (known.epoch ?? -1) <= letter.epoch;
  if (isNews) hosts.set(letter.hostId, { epoch: letter.epoch, armed: letter.armed });
  return { kind: 'epoch-confirmed', now, hostId: letter.hostId, epoch: letter.epoch };
}

function eventOf(world: World, [what, which, how]: Dice): GovernorEvent {
  const { now } = world;
  if (what < 34) return { kind: 'admit', now, request: aNewRequest(world, which, how) };
  if (what < 38) return { kind: 'admit', now, request: aRequest(anyId(world, which)) };
  if (what < 56) {
    const leaseId = anyId(world, which);
    return { kind: 'release', now, request: { leaseId, ...someUsage(world, leaseId, how) } };
  }
  if (what < 62) {
    const next = aNewRequest(world, how, which);
    return { kind: 'release', now, request: { leaseId: anyId(world, which), next } };
  }
  if (what < 64) return { kind: 'spend', now, leaseId: anyId(world, which), microUsd: how % 40 };
  if (what < 66) return { kind: 'withdraw', now, leaseId: anyId(world, which) };
  if (what < 71) return { kind: 'grant-delivered', now, leaseId: anyId(world, which) };
  if (what < 73) return { kind: 'grant-undeliverable', now, leaseId: anyId(world, which) };
  if (what < 74) return { kind: 'arm', now, reason: 'r', by: 'b', stopRunning: how % 2 === 0 };
  if (what < 78)
    return world.state.brake.armed || how % 20 === 0 ? { kind: 'disarm', now, by: 'b' } : later(world, how);
  if (what < 80) {
    const end = which % 2 === 0 ? { until: now + (which % 40) } : {};
    return { kind: 'pause', now, pause: { ...aPause(which, how), ...end, reason: null, by: 'b' } };
  }
  if (what < 83) return { kind: 'unpause', now, ...(how % 3 === 0 ? ALL : aPause(which, how)) };
  if (what < 84) return { kind: 'pool-limit', now, pool: pick(POOLS, which) ?? 'routes', limit: how % 5 };
  if (what < 91) return aReport(world, which, how);
  if (what < 92) return { kind: 'host-down', now, hostId: pick(HOSTS, which) ?? 'h0' };
  if (what < 93) return { kind: 'host-forget', now, hostId: pick(HOSTS, which) ?? 'h0' };
  if (what < 96) return deliver(world, which);
  if (what < 97) return how % 3 === 0 ? aMoneyPolicy(world, which) : aCap(world, which, how);
  return later(world, leapMs(which, how));
}

function later(world: World, ms: number): GovernorEvent {
  world.now += ms;
  return { kind: 'tick', now: world.now };
}
const ALL = { scope: 'all', name: null } as const;

/** Time passes: mostly little, now and then a host falls silent, a cooldown ends, a day or a month begins. */
function leapMs(which: number, how: number): number {
  if (how % 50 === 0) return 31_000;
  if (which % 20 === 0) return 61_000;
  if (which % 4 === 1) return 13 * HOUR_MS;
  return which % 200 === 3 ? 12 * 24 * HOUR_MS : how;
}
const HOUR_MS = 3600_000;

/** Every third run says nothing; half of the others fail, some have not claimed their task. */
function someUsage({ state }: World, leaseId: string, how: number): Pick<ReleaseRequest, 'usage'> {
  if (how % 3 === 0) return {};
  const fee = how % 4 === 0 ? undefined : state.leases[leaseId]?.feeMicroUsd;
  const outcome = how % 2 === 0 ? 'failed' : how % 7 === 0 ? 'none' : 'ok';
  const cost = { costMicroUsd: how % 11 === 0 ? null : how % 30, outcome } as const;
  return { usage: fee === undefined ? cost : { ...cost, feeMicroUsd: fee } };
}

function aMoneyPolicy({ now }: World, which: number): GovernorEvent {
  const agents = {
    a0: { cap: 60 + (which % 50), reservation: 10 },
    a1: { cap: which % 2 === 0 ? 0 : 90 },
    ...(which % 4 < 2 ? { producer: { cap: 40 } } : {}),
  };
  const more = { ...(which % 3 === 0 ? { total: 2_000 } : {}), ...(which % 3 === 1 ? { fee: 7 } : {}) };
  const caps = { daily: 150 + which, monthly: 900, agents, ...more };
  const enabled = which % 4 !== 0;
  const breaker = {
    enabled,
    failures: 1 + (which % 2),
    windowSeconds: 600,
    cooldownSeconds: 0.2,
    globalAgents: which % 10 === 0 ? 2 : 0,
  };
  return {
    kind: 'policy',
    now,
    policy: { budget: which % 5 === 0 ? null : aPolicy({ ...caps, reservation: 12 }), breaker },
  };
}

function aCap({ now }: World, which: number, how: number): GovernorEvent {
  const period = pick(['daily', 'monthly', 'total'] as const, which) ?? 'daily';
  const target =
    how % 2 === 0
      ? { scope: 'project' as const, period }
      : { scope: 'agent' as const, name: `a${which % 3}` };
  return { kind: 'set-cap', now, target, microUsd: how % 5 === 0 ? null : (which * 7) % 2_500 };
}

function aWorld(): World {
  const knownHosts = [{ hostId: 'h0', lastSeen: T0 }];
  const state = initialGovernor({
    project: 'shop',
    pools: { routes: 3, dispatch: 2, roles: 2 },
    knownHosts,
    now: T0,
  });
  const world = {
    state,
    now: T0,
    serial: 0,
    ended: new Set<string>(),
    hosts: new Map<string, HostBrake>(),
    mail: [],
    books: someBooks(),
  };
  return { ...world, state: reduce(state, aMoneyPolicy(world, 1)).state };
}

function note(world: World, event: GovernorEvent, { state, effects }: Reduction): void {
  for (const id of Object.keys(world.state.leases)) if (!Object.hasOwn(state.leases, id)) world.ended.add(id);
  if (event.kind === 'release') world.ended.add(event.request.leaseId);
  if (event.kind === 'withdraw') world.ended.add(event.leaseId);
  for (const effect of effects) if (effect.kind === 'apply-epoch') world.mail.push(effect);
}

/** What a walk came across; it must have been worth something. */
interface Seen {
  granted: number;
  longestLine: number;
  poor: number;
  probes: number;
  days: number;
  fees: number;
}

function watch(seen: Seen, before: GovernorState, { state, answer }: Reduction): void {
  seen.granted += Object.keys(state.leases).filter((id) => !Object.hasOwn(before.leases, id)).length;
  seen.longestLine = Math.max(seen.longestLine, state.waiting.length);
  if (answer !== undefined && 'blocked' in answer && answer.blocked.code === 'budget') seen.poor += 1;
  const paid = (one: GovernorState) => one.budget?.spent.agents.producer ?? 0;
  if (paid(state) > paid(before)) seen.fees += 1;
  if (state.budget?.day !== before.budget?.day) seen.days += 1;
  const probes = ({ breaker }: GovernorState) =>
    Object.values(breaker?.agents ?? {}).flatMap(({ probe }) => probe ?? []);
  seen.probes += probes(state).filter((id) => !probes(before).includes(id)).length;
}

function walk(rolls: readonly number[]): Seen {
  const world = aWorld();
  const seen: Seen = { granted: 0, longestLine: 0, poor: 0, probes: 0, days: 0, fees: 0 };
  for (const [index, roll] of rolls.entries()) {
    const event = eventOf(world, unpack(roll));
    const before = world.state;
    const after = reduce(before, event);
    note(world, event, after);
    checkStep({ event, before, after, now: event.now, ended: world.ended, hosts: world.hosts });
    checkMoney(world.books, { event, before, after: after.state, now: event.now });
    if (index % 25 === 0) checkPlain(after.state);
    watch(seen, before, after);
    // Every now and then the governor goes on in a fresh history.
    const isRenewed = index % 40 === 39;
    world.state = isRenewed ? JSON.parse(JSON.stringify(carryState(after.state))) : after.state;
  }
  return seen;
}

test('no walk of random events breaks a promise of the governor (I1, I2, I3, I4, I9, R-PROD-014, R-PROD-048, R-PROD-052, R-PROD-063, R-SYS-016, R-SYS-018, R-SYS-019, R-SYS-020)', () => {
  let steps = 0;
  const all: Seen = { granted: 0, longestLine: 0, poor: 0, probes: 0, days: 0, fees: 0 };
  const property = fc.property(walkArbitrary, (rolls) => {
    const seen = walk(rolls);
    steps += rolls.length;
    all.granted += seen.granted;
    all.longestLine = Math.max(all.longestLine, seen.longestLine);
    all.poor += seen.poor;
    all.probes += seen.probes;
    all.days += seen.days;
    all.fees += seen.fees;
  });
  fc.assert(property, { numRuns: WALKS });
  // The walks must have been worth something.
  expect(steps).toBeGreaterThan(STEPS_MIN);
  expect(all.granted).toBeGreaterThan(WALKS * 5);
  expect(all.longestLine).toBeGreaterThan(5);
  expect(all.poor).toBeGreaterThan(WALKS);
  expect(all.probes).toBeGreaterThan(WALKS / 40);
  expect(all.days).toBeGreaterThan(WALKS / 5);
  expect(all.fees).toBeGreaterThan(WALKS / 2);
}, 300_000);

test('a run spawns only under the very epoch of its lease, and never on an armed host (I9)', () => {
  const property = fc.property(fc.option(fc.nat(5)), fc.boolean(), fc.nat(5), (epoch, armed, leaseEpoch) => {
    const starts = epochAccepts({ epoch, armed }, leaseEpoch) === 'start';
    expect(starts).toBe(epoch === leaseEpoch && !armed);
  });
  fc.assert(property);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochAccepts, type HostBrake } from '../../../../src/core/policy/governor/epoch-accepts.ts';
import type { GovernorEffect, GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import { initialGovernor } from '../../../../src/core/policy/governor/initial.ts';
import { type Reduction, reduce } from '../../../../src/core/policy/governor/reduce.ts';
import type { AdmitRequest, GovernorState } from '../../../../src/core/policy/governor/state.ts';
import { aRequest, T0 } from './builders.ts';
import { checkPlain, checkStep } from './invariants.ts';

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
}

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];
const HOSTS = ['h0', 'h1', 'h2'];

function aNewRequest(world: World, which: number, how: number): AdmitRequest {
  world.serial += 1;
  const parent = how % 4 === 0 ? pick(Object.keys(world.state.leases), which) : undefined;
  return aRequest(`L${world.serial}`, {
    pool: which % 3 === 0 ? 'dispatch' : 'routes',
    route: which % 5 === 0 ? null : `q${which % 3}`,
    agent: `a${how % 3}`,
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
  if (what < 56) return { kind: 'release', now, request: { leaseId: anyId(world, which) } };
  if (what < 62) {
    const next = aNewRequest(world, how, which);
    return { kind: 'release', now, request: { leaseId: anyId(world, which), next } };
  }
  if (what < 66) return { kind: 'withdraw', now, leaseId: anyId(world, which) };
  if (what < 71) return { kind: 'grant-delivered', now, leaseId: anyId(world, which) };
  if (what < 73) return { kind: 'grant-undeliverable', now, leaseId: anyId(world, which) };
  if (what < 74) return { kind: 'arm', now, reason: 'r', by: 'b', stopRunning: how % 2 === 0 };
  if (what < 78) return { kind: 'disarm', now, by: 'b' };
  if (what < 80) {
    const end = which % 2 === 0 ? { until: now + (which % 40) } : {};
    return { kind: 'pause', now, pause: { ...aPause(which, how), ...end, reason: null, by: 'b' } };
  }
  if (what < 83) return { kind: 'unpause', now, ...(how % 3 === 0 ? ALL : aPause(which, how)) };
  if (what < 84)
    return { kind: 'pool-limit', now, pool: which % 2 === 0 ? 'routes' : 'dispatch', limit: how % 5 };
  if (what < 91) return aReport(world, which, how);
  if (what < 92) return { kind: 'host-down', now, hostId: pick(HOSTS, which) ?? 'h0' };
  if (what < 93) return { kind: 'host-forget', now, hostId: pick(HOSTS, which) ?? 'h0' };
  if (what < 97) return deliver(world, which);
  world.now += how % 50 === 0 ? 31_000 : how;
  return { kind: 'tick', now: world.now };
}
const ALL = { scope: 'all', name: null } as const;

function aWorld(): World {
  const knownHosts = [{ hostId: 'h0', lastSeen: T0 }];
  const state = initialGovernor({ project: 'shop', pools: { routes: 3, dispatch: 2 }, knownHosts, now: T0 });
  return { state, now: T0, serial: 0, ended: new Set(), hosts: new Map(), mail: [] };
}

function note(world: World, event: GovernorEvent, { state, effects }: Reduction): void {
  for (const id of Object.keys(world.state.leases)) if (!Object.hasOwn(state.leases, id)) world.ended.add(id);
  if (event.kind === 'release') world.ended.add(event.request.leaseId);
  if (event.kind === 'withdraw') world.ended.add(event.leaseId);
  for (const effect of effects) if (effect.kind === 'apply-epoch') world.mail.push(effect);
}

function walk(rolls: readonly number[]): { granted: number; longestLine: number } {
  const world = aWorld();
  let granted = 0;
  let longestLine = 0;
  for (const [index, roll] of rolls.entries()) {
    const event = eventOf(world, unpack(roll));
    const before = world.state;
    const after = reduce(before, event);
    note(world, event, after);
    checkStep({ event, before, after, now: event.now, ended: world.ended, hosts: world.hosts });
    if (index % 25 === 0) checkPlain(after.state);
    granted += Object.keys(after.state.leases).filter((id) => !Object.hasOwn(before.leases, id)).length;
    longestLine = Math.max(longestLine, after.state.waiting.length);
    world.state = after.state;
  }
  return { granted, longestLine };
}

test('no walk of random events breaks a promise of the governor (I1, I2, I9, R-SYS-016, R-SYS-019, R-SYS-020)', () => {
  let steps = 0;
  let granted = 0;
  let longestLine = 0;
  const property = fc.property(walkArbitrary, (rolls) => {
    const seen = walk(rolls);
    steps += rolls.length;
    granted += seen.granted;
    longestLine = Math.max(longestLine, seen.longestLine);
  });
  fc.assert(property, { numRuns: WALKS });
  // The walks must have been worth something.
  expect(steps).toBeGreaterThan(STEPS_MIN);
  expect(granted).toBeGreaterThan(WALKS * 5);
  expect(longestLine).toBeGreaterThan(5);
});

test('a run spawns only under the very epoch of its lease, and never on an armed host (I9)', () => {
  const property = fc.property(fc.option(fc.nat(5)), fc.boolean(), fc.nat(5), (epoch, armed, leaseEpoch) => {
    const starts = epochAccepts({ epoch, armed }, leaseEpoch) === 'start';
    expect(starts).toBe(epoch === leaseEpoch && !armed);
  });
  fc.assert(property);
});

import { expect, test } from 'vitest';
import { GOVERNOR_WARM_UP_MS_MAX, HOST_SILENT_MS_MAX, HOSTS_MAX } from '../../../../src/core/limits.ts';
import { initialGovernor } from '../../../../src/core/policy/governor/initial.ts';
import { reduce } from '../../../../src/core/policy/governor/reduce.ts';
import {
  admitAll,
  after,
  aGovernor,
  aRequest,
  armed,
  ask,
  confirm,
  hostUp,
  reasonOf,
  T0,
} from './builders.ts';

const saved = admitAll(aGovernor(2), aRequest('old'));
const FRESH = { project: 'shop', pools: { routes: 2 }, now: T0 };
const applied = (hostId: string, epoch: number, isArmed = false) => ({
  kind: 'apply-epoch',
  hostId,
  epoch,
  armed: isArmed,
  stopRunning: false,
});

test('a brand-new project has nothing to wait for; it only needs a host', () => {
  const fresh = initialGovernor({ ...FRESH, knownHosts: [] });
  expect(fresh.warmUp).toBeNull();
  expect(reasonOf(ask(fresh, aRequest('a')).answer)).toBe('no-host: no host that runs agents is up');
  const waiting = admitAll(fresh, aRequest('a'));
  expect(Object.keys(after(waiting, hostUp('h1', 1)).leases)).toEqual(['a']);
});

test('a governor that starts anew keeps brake, pauses and leases, and waits for its hosts (R-ART-006)', () => {
  const knownHosts = [
    { hostId: 'h1', lastSeen: T0 - 1_000 },
    { hostId: 'h2', lastSeen: T0 - 1_000 },
    { hostId: 'long-gone', lastSeen: T0 - HOST_SILENT_MS_MAX - 1 },
  ];
  const fresh = initialGovernor({ ...FRESH, seed: saved, knownHosts });
  expect(fresh.warmUp).toEqual({ until: T0 + GOVERNOR_WARM_UP_MS_MAX, awaiting: ['h1', 'h2'] });
  expect(Object.keys(fresh.leases)).toEqual(['old']);
  const line = admitAll(fresh, aRequest('a'), aRequest('b'));
  expect(reasonOf(ask(line, aRequest('a')).answer)).toBe(
    'warming-up: the governor has just started and waits up to 10 s for 2 hosts to report what they run',
  );
  const one = after(line, hostUp('h1', 2, T0, ['old']));
  expect(Object.keys(one.leases)).toEqual(['old']);
  const both = after(one, hostUp('h2', 2));
  expect(both.warmUp).toBeNull();
  expect(Object.keys(both.leases)).toEqual(['old', 'a']);
});

test('an armed brake comes back armed', () => {
  const fresh = initialGovernor({ ...FRESH, seed: after(saved, armed()), knownHosts: [] });
  expect(reasonOf(ask(fresh, aRequest('a')).answer)).toBe('brake: the brake is armed by ann: costs too much');
});

test('the warm-up ends with its time, whoever has not reported', () => {
  const fresh = initialGovernor({ ...FRESH, seed: saved, knownHosts: [] });
  const line = admitAll(after(fresh, hostUp('h1', 2)), aRequest('a'));
  expect(Object.keys(after(line, { kind: 'tick', now: T0 + GOVERNOR_WARM_UP_MS_MAX - 1 }).leases)).toEqual([
    'old',
  ]);
  const over = reduce(line, { kind: 'tick', now: T0 + GOVERNOR_WARM_UP_MS_MAX });
  expect(over.effects[0]).toMatchObject({ kind: 'persist', part: 'line' });
  expect(over.effects).toContainEqual(expect.objectContaining({ kind: 'send-grant', leaseId: 'a' }));
});

test('whoever asks after the warm-up, the line is served', () => {
  const fresh = initialGovernor({ ...FRESH, seed: saved, knownHosts: [] });
  const line = admitAll(after(fresh, hostUp('h1', 2)), aRequest('a'));
  const later = T0 + GOVERNOR_WARM_UP_MS_MAX;
  expect(Object.keys(ask(line, aRequest('old'), later).state.leases)).toEqual(['old', 'a']);
  expect(ask(line, aRequest('a'), later).answer.kind).toBe('granted');
});

test('a run that is reported but known to nobody gets no lease: no workflow would ever release it', () => {
  const state = after(aGovernor(2), hostUp('h1', 2, T0, ['stranger']));
  expect(state.leases).toEqual({});
  expect(state.hosts.h1?.runs).toEqual([]);
});

test('live hosts bound what may run, whatever the pool says (R-SYS-016)', () => {
  const state = admitAll(aGovernor(8, 2), aRequest('a'), aRequest('b'));
  expect(reasonOf(ask(state, aRequest('c')).answer)).toBe(
    'no-slot: waiting for a slot: 2 of 2 in use, next in line',
  );
  const line = admitAll(state, aRequest('c'), aRequest('d'));
  expect(Object.keys(after(line, hostUp('h2', 1)).leases)).toEqual(['a', 'b', 'c']);
});

test('pools share the hosts: together they never overbook them', () => {
  const two = after(aGovernor(2), { kind: 'pool-limit', now: T0, pool: 'dispatch', limit: 2 });
  const state = admitAll(two, aRequest('a'), aRequest('b', { pool: 'dispatch' }));
  expect(reasonOf(ask(state, aRequest('c')).answer)).toBe(
    'no-slot: waiting for a slot: 2 of 2 in use on 1 host, next in line',
  );
});

test('a silent host does not count, its leases stay', () => {
  const state = admitAll(aGovernor(2), aRequest('a'));
  const later = T0 + HOST_SILENT_MS_MAX + 1;
  expect(reasonOf(ask(state, aRequest('b'), later).answer)).toBe('no-host: no host that runs agents is up');
  expect(Object.keys(after(state, { kind: 'tick', now: later }).leases)).toEqual(['a']);
});

test('a person who forgets a dead host frees what it ran, and so does its goodbye', () => {
  const state = after(admitAll(aGovernor(2), aRequest('a'), aRequest('b')), hostUp('h1', 2, T0, ['a']));
  for (const kind of ['host-forget', 'host-down'] as const) {
    const left = after(state, { kind, now: T0, hostId: 'h1' });
    expect(Object.keys(left.leases)).toEqual(['b']);
    expect(left.hosts).toEqual({});
  }
});

test('a host that is new, was restarted or missed the news is told the epoch (I9)', () => {
  const state = after(aGovernor(1), armed(), confirm('h1', 1));
  expect(reduce(state, hostUp('h1', 1)).effects).toEqual([]);
  expect(reduce(state, hostUp('h2', 1)).effects).toContainEqual(applied('h2', 1, true));
  const restarted = hostUp('h1', 1, T0, [], null);
  expect(reduce(state, restarted).effects).toContainEqual(applied('h1', 1, true));
  const behind = after(state, { kind: 'disarm', now: T0, by: 'ann' });
  expect(reduce(behind, hostUp('h1', 1)).effects).toContainEqual(applied('h1', 2));
});

test('a governor that lost its memory counts on from the newest epoch a host knows', () => {
  const { state, effects } = reduce(aGovernor(1), hostUp('h2', 1, T0, [], 7));
  expect(state.brake.epoch).toBe(8);
  expect(effects).toEqual(expect.arrayContaining([applied('h1', 8), applied('h2', 8)]));
});

test('a late confirmation never takes back a newer one', () => {
  const state = after(aGovernor(1), armed(), confirm('h1', 1), confirm('h1', 0), confirm('nobody', 1));
  expect(state.hosts.h1?.ackedEpoch).toBe(1);
});

test('the number of hosts is bounded, the longest silent are forgotten', () => {
  const ups = Array.from({ length: HOSTS_MAX + 1 }, (_, index) => hostUp(`n${index}`, 1, T0 + index));
  const state = after(aGovernor(1), ...ups);
  expect(Object.keys(state.hosts)).toHaveLength(HOSTS_MAX);
  expect(state.hosts.h1).toBeUndefined();
});

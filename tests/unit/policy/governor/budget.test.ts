import { describe, expect, test } from 'vitest';
import type { GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import { initialGovernor } from '../../../../src/core/policy/governor/initial.ts';
import { reduce } from '../../../../src/core/policy/governor/reduce.ts';
import { roomOf } from '../../../../src/core/policy/governor/room.ts';
import type { GovernorState } from '../../../../src/core/policy/governor/state.ts';
import { nextMoment } from '../../../../src/core/policy/governor/wake.ts';
import { whyOf } from '../../../../src/core/policy/governor/why.ts';
import { BREAKER_DEFAULTS } from '../../../../src/core/policy/money/policy-of.ts';
import { aPolicy, type Caps, USD } from '../money/builders.ts';
import { admitAll, after, aGovernor, aRequest, armed, ask, reasonOf, T0 } from './builders.ts';

const DAY_MS = 24 * 3600_000;
const MIDNIGHT = (Math.floor(T0 / DAY_MS) + 1) * DAY_MS;

const held = (state: GovernorState, caps: Caps): GovernorState =>
  after(state, { kind: 'policy', now: T0, policy: { budget: aPolicy(caps), breaker: BREAKER_DEFAULTS } });
const over = (leaseId: string, costMicroUsd: number | null, now = T0): GovernorEvent => ({
  kind: 'release',
  now,
  request: { leaseId, usage: { costMicroUsd, outcome: 'ok' } },
});
const capped = (cap: number, reservation: number) => ({ agents: { engineer: { cap, reservation } } });
/** Hosts speak up, so that time may leap. */
const up = (now: number): GovernorEvent => ({ kind: 'host-up', now, hostId: 'h1', slots: 9, runs: [] });
const notices = (effects: ReturnType<typeof reduce>['effects']) =>
  effects.flatMap((effect) => (effect.kind === 'notice' ? effect.notice.key : []));

describe('a cap', () => {
  test('keeps back the run that no longer fits; others go on (R-PROD-048, R-PROD-049)', () => {
    const state = held(aGovernor(9), capped(10, 4));
    const full = admitAll(state, aRequest('a'), aRequest('b'), aRequest('c'));
    expect(Object.keys(full.leases)).toEqual(['a', 'b']);
    const other = ask(full, aRequest('d', { agent: 'qa', order: [1, 0] }));
    expect(other.answer).toMatchObject({ kind: 'granted', allowanceMicroUsd: null });
    expect(whyOf(other.state, { ...aRequest('x'), taskId: 'task-c' }, T0)).toMatchObject({
      kind: 'waiting',
      blocked: { code: 'budget' },
    });
  });
  test('lets a run in that fits exactly, and tells it what it may spend (R-PROD-052)', () => {
    const state = held(aGovernor(9), { ...capped(10, 4), daily: 7 });
    const first = ask(state, aRequest('a'));
    expect(first.answer).toMatchObject({ kind: 'granted', allowanceMicroUsd: 7, reservedMicroUsd: 4 });
    const spent = after(first.state, over('a', 3));
    expect(ask(spent, aRequest('b')).answer).toMatchObject({ kind: 'granted', allowanceMicroUsd: 4 });
  });
  test('tells a run that waited with its Signal what it may spend', () => {
    const state = admitAll(held(aGovernor(1), capped(10, 4)), aRequest('a'), aRequest('b'));
    const { effects } = reduce(state, over('a', 1));
    expect(effects).toContainEqual(
      expect.objectContaining({
        kind: 'send-grant',
        leaseId: 'b',
        allowanceMicroUsd: 9,
        reservedMicroUsd: 4,
      }),
    );
  });
  test('of zero disables its agent', () => {
    const state = held(aGovernor(9), capped(0, 0));
    expect(reasonOf(ask(state, aRequest('a')).answer)).toBe(
      'budget: agent "engineer" is disabled: its daily cap is $0.00',
    );
  });
  test('turns away a call that waits for its answer, at once or when the money goes (R-SYS-018)', () => {
    const state = held(aGovernor(1), capped(4, 4));
    const line = admitAll(state, aRequest('a'), aRequest('call', { ifBlocked: 'refuse', agent: 'qa' }));
    expect(line.waiting.map(({ leaseId }) => leaseId)).toEqual(['call']);
    expect(ask(line, aRequest('b', { ifBlocked: 'refuse' })).answer).toMatchObject({
      kind: 'refused',
      blocked: { code: 'budget' },
    });
    const { effects } = reduce(line, {
      ...{ kind: 'set-cap', now: T0, microUsd: 0 },
      target: { scope: 'agent', name: 'qa' },
    });
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'send-refusal', leaseId: 'call' }));
  });
  test('that is raised serves whoever waits, in the same decision (R-PROD-049)', () => {
    const state = admitAll(held(aGovernor(9), capped(4, 4)), aRequest('a'), aRequest('b'));
    const target = { scope: 'agent', name: 'engineer' } as const;
    const raised = reduce(state, { kind: 'set-cap', now: T0, target, microUsd: 8 });
    expect(Object.keys(raised.state.leases)).toEqual(['a', 'b']);
    const file = reduce(state, {
      ...{ kind: 'policy', now: T0 },
      policy: { budget: aPolicy(capped(8, 4)), breaker: BREAKER_DEFAULTS },
    });
    expect(Object.keys(file.state.leases)).toEqual(['a', 'b']);
  });
});

describe('money that is held', () => {
  const state = admitAll(held(aGovernor(9), capped(4, 4)), aRequest('a'), aRequest('b'));
  const spent = ({ budget }: GovernorState) => budget?.spent.total;

  test('is given back when a run costs less, fails or is called off (R-PROD-052)', () => {
    expect(Object.keys(after(state, over('a', 0)).leases)).toEqual(['b']);
    const withdrawn = after(state, { kind: 'withdraw', now: T0, leaseId: 'a' });
    expect([Object.keys(withdrawn.leases), spent(withdrawn)]).toEqual([['b'], 0]);
  });
  test('is charged when nobody says what the run cost, also for a host that is gone', () => {
    expect(spent(after(state, { kind: 'release', now: T0, request: { leaseId: 'a' } }))).toBe(4);
    expect(spent(after(state, over('a', null)))).toBe(4);
    const runs = after(state, { kind: 'host-up', now: T0, hostId: 'h1', slots: 9, runs: ['a'] });
    expect(spent(after(runs, { kind: 'host-forget', now: T0, hostId: 'h1' }))).toBe(4);
  });
  test('is charged once, however often its end is told', () => {
    const once = reduce(state, over('a', 3));
    expect(once.answer).toMatchObject({ chargedMicroUsd: 3 });
    expect(spent(after(once.state, over('a', 3), over('a', 50)))).toBe(3);
  });
  test('of a run let in yesterday counts for yesterday', () => {
    const next = after(state, up(MIDNIGHT + 1), over('a', 100, MIDNIGHT + 2));
    expect(next.budget?.spent).toMatchObject({ agents: {}, day: 0, total: 100 });
  });
});

describe('a new UTC day', () => {
  const spent = after(held(aGovernor(9), capped(4, 4)), up(MIDNIGHT - 1));
  const line = admitAll(after(admitAll(spent, aRequest('a')), over('a', 4)), aRequest('b'));

  test('serves whoever waited for money (R-PROD-049)', () => {
    expect(nextMoment(line)).toBe(MIDNIGHT);
    expect(Object.keys(after(line, { kind: 'tick', now: MIDNIGHT - 1 }).leases)).toEqual([]);
    expect(Object.keys(after(line, { kind: 'tick', now: MIDNIGHT }).leases)).toEqual(['b']);
  });
  test('is no event for a project without a budget', () => {
    expect(nextMoment(aGovernor(1))).toBeNull();
  });
});

describe('people are told', () => {
  const soft = { agents: { engineer: { cap: 10, reservation: 2 } }, daily: 100 };

  test('once a day of a soft cap and of a cap that is hit (R-PROD-050, R-PROD-051)', () => {
    const run = admitAll(held(aGovernor(9), soft), aRequest('a'), aRequest('b'), aRequest('c'));
    const first = reduce(run, over('a', 8));
    expect(notices(first.effects)).toEqual([`soft-cap/engineer/${first.state.budget?.day}`]);
    const second = reduce(first.state, over('b', 3));
    expect(notices(second.effects)).toEqual([`cap-hit/engineer/${first.state.budget?.day}`]);
    expect(notices(reduce(second.state, over('c', 1)).effects)).toEqual([]);
  });
  test('when what is left of a cap is too little for a run that waits', () => {
    const run = admitAll(held(aGovernor(9), capped(10, 4)), aRequest('a'), aRequest('b'));
    const left = after(run, over('a', 4), over('b', 3));
    expect(notices(ask(left, aRequest('c')).effects)).toHaveLength(1);
    expect(notices(ask(left, aRequest('c')).effects)[0]).toContain('cap-hit/engineer');
  });
  test('not of a cap of zero', () => {
    expect(notices(ask(held(aGovernor(9), capped(0, 0)), aRequest('a')).effects)).toEqual([]);
  });
  test('of the first task of a day that an agent with on_budget: escalate cannot do (R-PROD-049)', () => {
    const escalating = held(aGovernor(9), { agents: { engineer: { cap: 0, escalates: true } } });
    const escalated = (step: ReturnType<typeof reduce>) =>
      step.effects.flatMap((effect) => (effect.kind === 'escalate-budget' ? effect.taskId : []));
    const first = ask(escalating, aRequest('a'));
    const second = ask(first.state, aRequest('b'));
    expect([escalated(first), escalated(second)]).toEqual([['task-a'], []]);
    expect(escalated(reduce(second.state, { kind: 'tick', now: MIDNIGHT }))).toEqual(['task-a']);
    expect(escalated(ask(after(escalating, armed()), aRequest('a')))).toEqual([]);
    const behindBrake = admitAll(after(escalating, armed()), aRequest('a'));
    expect(escalated(reduce(behindBrake, armed()))).toEqual([]);
  });
});

test('whoever starts tasks is told whose money is short, and does not hear of those in line (R-PROD-030)', () => {
  const short = admitAll(
    held(aGovernor(9), capped(4, 4)),
    ...['a', 'b', 'c'].map((id) => aRequest(id, { route: 'art' })),
  );
  const other = ask(short, aRequest('d', { agent: 'qa', route: 'code', order: [1, 0] }));
  expect(other.answer.room).toMatchObject({ held: ['art'], waiting: [] });
  const tomorrow = after(other.state, up(MIDNIGHT));
  expect(roomOf(tomorrow, 'routes', MIDNIGHT).waiting).toHaveLength(0);
  expect(Object.keys(tomorrow.leases)).toEqual(['a', 'd', 'b']);
});

describe('a governor that was lost', () => {
  const policy = { budget: aPolicy(capped(10, 4)), breaker: BREAKER_DEFAULTS };
  const seed = { project: 'shop', pools: { routes: 9 }, knownHosts: [], now: T0, policy };

  test('comes back with what was spent, with caps of persons and with the money of what runs', () => {
    const raised = held(aGovernor(9), capped(10, 4));
    const target = { scope: 'agent', name: 'engineer' } as const;
    const before = admitAll(after(raised, { kind: 'set-cap', now: T0, target, microUsd: 20 }), aRequest('a'));
    const sums = { agents: { engineer: 9 }, day: 9, month: 9, total: 9 };
    const fresh = initialGovernor({
      ...{ ...seed, money: before, spent: { sums } },
      seed: { leases: before.leases, released: ['paid'] },
    });
    const ready = after(fresh, { ...up(T0 + 11_000) });
    const next = ask(ready, aRequest('b'), T0 + 11_000);
    expect(next.answer).toMatchObject({ kind: 'granted', allowanceMicroUsd: 7 });
    const known = after(next.state, over('a', 4), over('paid', 6));
    expect(known.budget?.spent.total).toBe(13);
  });
  test('books a run that it never let in', () => {
    const usage = { costMicroUsd: 5, outcome: 'ok', agent: 'role:engineer' } as const;
    const fresh = after(initialGovernor(seed), {
      ...{ kind: 'release', now: T0 },
      request: { leaseId: 'unheard', usage },
    });
    expect(fresh.budget?.spent.agents).toEqual({ engineer: 5 });
  });
  test('books a run on the day it was let in, as the run was told (R-PROD-052)', () => {
    const usage = { costMicroUsd: 5, outcome: 'ok', agent: 'role:engineer', grantedAt: T0 } as const;
    const atMidnight = { ...seed, now: MIDNIGHT };
    const { a } = admitAll(aGovernor(9), aRequest('a')).leases;
    const lease = { ...a!, agent: '', grantedAt: MIDNIGHT };
    const fresh = after(
      initialGovernor({ ...atMidnight, seed: { leases: { a: lease } } }),
      { kind: 'release', now: MIDNIGHT, request: { leaseId: 'a', usage } },
      { kind: 'release', now: MIDNIGHT, request: { leaseId: 'unheard', usage } },
    );
    expect(fresh.budget?.spent).toMatchObject({ agents: {}, day: 0, total: 10 });
  });
  test('holds what a run would reserve now when nobody remembers its reservation', () => {
    const { a } = admitAll(aGovernor(9), aRequest('a')).leases;
    const fresh = initialGovernor({ ...seed, seed: { leases: { a: a! } } });
    expect(fresh.leases.a?.reservedMicroUsd).toBe(4);
  });
});

test('caps in dollars of a common size lose nothing', () => {
  const state = admitAll(
    held(aGovernor(9), capped(0.3 * USD, 0.1 * USD)),
    ...['a', 'b', 'c', 'd'].map((id) => aRequest(id)),
  );
  expect(Object.keys(state.leases)).toEqual(['a', 'b', 'c']);
});

import { expect, test } from 'vitest';
import type { GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import { reduce } from '../../../../src/core/policy/governor/reduce.ts';
import type { GovernorState } from '../../../../src/core/policy/governor/state.ts';
import type { RunUsage } from '../../../../src/core/policy/money/money-state.ts';
import { BREAKER_DEFAULTS } from '../../../../src/core/policy/money/policy-of.ts';
import { aPolicy, type Caps } from '../money/builders.ts';
import { admitAll, after, aGovernor, aRequest, ask, reasonOf, released, T0 } from './builders.ts';

const withRoles = () => after(aGovernor(9), { kind: 'pool-limit', now: T0, pool: 'roles', limit: 9 });
const governed = (caps: Caps): GovernorState =>
  after(withRoles(), {
    kind: 'policy',
    now: T0,
    policy: { budget: aPolicy({ fee: 5, reservation: 10, ...caps }), breaker: BREAKER_DEFAULTS },
  });
const ofRole = (leaseId: string, fields: object = {}) =>
  aRequest(leaseId, { agent: 'code', route: 'code', pool: 'roles', ...fields });
const over = (leaseId: string, usage: Partial<RunUsage>): GovernorEvent => ({
  kind: 'release',
  now: T0,
  request: { leaseId, usage: { costMicroUsd: 3, outcome: 'ok', ...usage } },
});
const spent = ({ budget }: GovernorState) => budget?.spent;

test('a task of a role is told its fee when it is let in, and pays it once when it is over (R-PROD-014)', () => {
  const { state, answer } = ask(governed({ daily: 100 }), ofRole('a'));
  expect(answer).toMatchObject({
    kind: 'granted',
    reservedMicroUsd: 10,
    feeMicroUsd: 5,
    allowanceMicroUsd: 95,
  });
  const once = after(state, over('a', { feeMicroUsd: 5 }));
  expect(spent(once)).toEqual({ agents: { code: 3, producer: 5 }, day: 8, month: 8, total: 8 });
  expect(spent(after(once, over('a', { feeMicroUsd: 5, agent: 'code' }), released('a')))).toEqual(
    spent(once),
  );
  expect(once.budget?.recent).not.toHaveProperty('producer');
});

test('nobody pays who claims no task of a role: routes, calls, a claim that was lost (R-PROD-014)', () => {
  const state = governed({});
  const free = [aRequest('route', { agent: 'role:code' }), ofRole('call', { taskId: null })];
  for (const request of free) expect(ask(state, request).answer).not.toHaveProperty('feeMicroUsd');
  const lost = after(admitAll(state, ofRole('a')), over('a', { costMicroUsd: 0, outcome: 'none' }));
  expect(spent(lost)).toMatchObject({ agents: { code: 0 }, day: 0 });
  const none = after(withRoles(), {
    ...{ kind: 'policy', now: T0 },
    policy: { budget: aPolicy({ agents: { producer: { cap: 0 } } }), breaker: BREAKER_DEFAULTS },
  });
  expect(ask(none, ofRole('a')).answer).toMatchObject({ kind: 'granted' });
});

test('a run of which nobody tells pays its reservation and its fee; its cost may still come (R-PROD-014)', () => {
  const lost = after(admitAll(governed({}), ofRole('a')), released('a'));
  expect(spent(lost)).toMatchObject({ agents: { code: 10, producer: 5 }, total: 15 });
  expect(spent(after(lost, over('a', { feeMicroUsd: 5 })))).toMatchObject({
    ...{ agents: { code: 3, producer: 5 }, total: 8 },
  });
  const stray = after(governed({}), over('x', { costMicroUsd: 0, feeMicroUsd: 5, agent: 'code' }));
  expect(spent(stray)).toMatchObject({ agents: { code: 0, producer: 5 }, total: 5 });
});

test('the cap of producer keeps tasks of roles back, and nothing else; without one it keeps nobody back (R-PROD-014)', () => {
  const state = governed({ agents: { producer: { cap: 12 } } });
  const full = admitAll(state, ofRole('a'), ofRole('b'), ofRole('c'));
  expect(Object.keys(full.leases)).toEqual(['a', 'b']);
  expect(reasonOf(ask(full, ofRole('d', { ifBlocked: 'refuse' })).answer)).toBe(
    'budget: the daily cap of agent "producer" is used up: $0.00 of $0.000012 spent, $0.00001 held for runs under way, and the fee of a dispatch is $0.000005; it goes on at 00:00 UTC or with a higher cap',
  );
  expect(ask(full, aRequest('e')).answer).toMatchObject({ kind: 'granted' });
  expect(ask(full, ofRole('f', { taskId: null })).answer).toMatchObject({ kind: 'granted' });
  const raised = {
    kind: 'set-cap',
    now: T0,
    target: { scope: 'agent', name: 'producer' },
    microUsd: 15,
  } as const;
  expect(reduce(full, raised).state.leases).toHaveProperty('c');
  expect(Object.keys(admitAll(governed({}), ofRole('a'), ofRole('b'), ofRole('c')).leases)).toHaveLength(3);
});

test('the caps of the project hold the fee, too, and leave room for it beside a learned reservation (R-PROD-014)', () => {
  const state = governed({ daily: 31 });
  const two = admitAll(state, ofRole('a'), ofRole('b'), ofRole('c'));
  expect(Object.keys(two.leases)).toEqual(['a', 'b']);
  const tight = ask(governed({ daily: 12, agents: { producer: { cap: 100 } } }), ofRole('a'));
  expect(tight.answer).toMatchObject({
    kind: 'granted',
    reservedMicroUsd: 7,
    feeMicroUsd: 5,
    allowanceMicroUsd: 7,
  });
});

test('a task of the role producer itself pays out of the same cap (R-PROD-014)', () => {
  const state = governed({ agents: { producer: { cap: 31, reservation: 10 } } });
  const own = (id: string) => ofRole(id, { agent: 'producer' });
  const two = admitAll(state, own('a'), own('b'), own('c'));
  expect(Object.keys(two.leases)).toEqual(['a', 'b']);
  expect(spent(after(two, over('a', { feeMicroUsd: 5 })))?.agents).toEqual({ producer: 8 });
});

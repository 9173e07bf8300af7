import { expect, test } from 'vitest';
import { PRESUMED_RUNS_MAX } from '../../../../src/core/money-limits.ts';
import type { GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import type { GovernorState } from '../../../../src/core/policy/governor/state.ts';
import { BREAKER_DEFAULTS } from '../../../../src/core/policy/money/policy-of.ts';
import { aPolicy } from '../money/builders.ts';
import { admitAll, after, aGovernor, aRequest, ask, hostUp, T0 } from './builders.ts';

const DAY_MS = 24 * 3600_000;
const MIDNIGHT = (Math.floor(T0 / DAY_MS) + 1) * DAY_MS;

/** A run of ten is under way on a host, with four held for it. */
function aRun(): GovernorState {
  const budget = aPolicy({ agents: { engineer: { cap: 10, reservation: 4 } } });
  const policy = { budget, breaker: BREAKER_DEFAULTS };
  const state = admitAll(after(aGovernor(9), { kind: 'policy', now: T0, policy }), aRequest('a'));
  return after(state, hostUp('h1', 9, T0, ['a']));
}
const told = (costMicroUsd: number | null, now = T0): GovernorEvent => ({
  ...{ kind: 'release', now },
  request: { leaseId: 'a', usage: { costMicroUsd, outcome: 'ok', agent: 'engineer' } },
});
const spent = ({ budget }: GovernorState) => [budget?.spent.agents.engineer, budget?.spent.total];

const ENDS: readonly (readonly [string, GovernorEvent])[] = [
  ['a goodbye of its host', { kind: 'host-down', now: T0, hostId: 'h1' }],
  ['a person who forgets its host', { kind: 'host-forget', now: T0, hostId: 'h1' }],
  ['a lease that was found lost', { kind: 'release', now: T0, request: { leaseId: 'a' } }],
];

test.each(ENDS)('after %s the cost that is told late counts, once (I4, R-PROD-052)', (_what, end) => {
  const gone = after(aRun(), end);
  expect(spent(gone)).toEqual([4, 4]);
  expect(spent(after(gone, told(9)))).toEqual([9, 9]);
  expect(spent(after(gone, told(9), told(9), told(1)))).toEqual([9, 9]);
  expect(spent(after(gone, told(1)))).toEqual([1, 1]);
  expect(spent(after(gone, told(null)))).toEqual([4, 4]);
  expect(ask(after(gone, told(9)), aRequest('b')).answer.kind).toBe('waiting');
});

test('told on another day it counts for its own', () => {
  const gone = after(aRun(), { kind: 'host-down', now: T0, hostId: 'h1' });
  expect(spent(after(gone, told(9, MIDNIGHT)))).toEqual([undefined, 9]);
});

test('of very many runs the latest are remembered', () => {
  const ids = Array.from({ length: PRESUMED_RUNS_MAX + 1 }, (_, index) => `run-${index}`);
  const lost = ids.flatMap((leaseId): GovernorEvent[] => [
    { kind: 'admit', now: T0, request: aRequest(leaseId) },
    { kind: 'release', now: T0, request: { leaseId } },
  ]);
  const { budget } = after(aGovernor(9), ...lost);
  expect(Object.keys(budget?.presumed ?? {})).toEqual(ids.slice(1));
});

import { expect, test } from 'vitest';
import { reduce } from '../../../../src/core/policy/governor/reduce.ts';
import { allowanceOf } from '../../../../src/core/policy/governor/spend.ts';
import type { GovernorState } from '../../../../src/core/policy/governor/state.ts';
import { aPolicy } from '../money/builders.ts';
import { aGovernor, aRequest, T0 } from './builders.ts';

const BREAKER = { enabled: false, failures: 5, windowSeconds: 600, cooldownSeconds: 300, globalAgents: 0 };

/** Two runs under one cap of a dollar, each with ten cents held for it. */
function twoRuns(): GovernorState {
  const budget = { ...aPolicy(), dailyMicroUsd: 1_000_000, defaultReservationMicroUsd: 100_000 };
  let state = reduce(aGovernor(2), { kind: 'policy', now: T0, policy: { budget, breaker: BREAKER } }).state;
  for (const id of ['a', 'b']) state = reduce(state, { kind: 'admit', now: T0, request: aRequest(id) }).state;
  return state;
}
const spend = (state: GovernorState, leaseId: string, microUsd: number) =>
  reduce(state, { kind: 'spend', now: T0, leaseId, microUsd }).state;

test('what one run spends is not there for the others any more (I4, R-PROD-052)', () => {
  const state = twoRuns();
  expect([allowanceOf(state, 'a'), allowanceOf(state, 'b')]).toEqual([900_000, 900_000]);
  const later = spend(state, 'a', 600_000);
  expect([allowanceOf(later, 'a'), allowanceOf(later, 'b')]).toEqual([900_000, 400_000]);
  // Beyond the cap both have had what there is.
  const over = spend(spend(later, 'b', 400_000), 'a', 650_000);
  expect([allowanceOf(over, 'a'), allowanceOf(over, 'b')]).toEqual([600_000, 350_000]);
});

test('spending is heard in any order, and only of runs there are (F41, F46)', () => {
  const state = spend(twoRuns(), 'a', 600_000);
  for (const microUsd of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 599_999])
    expect(spend(state, 'a', microUsd)).toBe(state);
  expect(spend(state, 'nobody', 5_000_000).leases).toEqual(state.leases);
  expect(allowanceOf(state, 'nobody')).toBeNull();
});

test('settled, a run that was lost is charged what was known of its spending (R-PROD-056)', () => {
  const state = spend(twoRuns(), 'a', 600_000);
  const lost = reduce(state, { kind: 'release', now: T0, request: { leaseId: 'a' } });
  expect(lost.state.budget?.spent.total).toBe(600_000);
  const known = { costMicroUsd: 620_000, outcome: 'ok' as const };
  const told = reduce(state, { kind: 'release', now: T0, request: { leaseId: 'a', usage: known } });
  expect(told.answer.chargedMicroUsd).toBe(620_000);
  expect(allowanceOf(told.state, 'b')).toBe(380_000);
});

test('without a cap there is no allowance', () => {
  const state = reduce(aGovernor(2), { kind: 'admit', now: T0, request: aRequest('a') }).state;
  expect(allowanceOf(spend(state, 'a', 600_000), 'a')).toBeNull();
});

test('a run of yesterday may spend what it was told, not the caps of a new day once more (I4, R-PROD-052)', () => {
  const day = 24 * 3600_000;
  const midnight = (Math.floor(T0 / day) + 1) * day;
  const late = spend(twoRuns(), 'a', 850_000);
  expect(allowanceOf(late, 'a')).toBe(900_000);
  const next = reduce(late, { kind: 'spend', now: midnight + 1, leaseId: 'a', microUsd: 950_000 }).state;
  // What it spends counts for yesterday, and of that day's cap no more than this was ever left for it.
  expect(allowanceOf(next, 'a')).toBeLessThanOrEqual(1_000_000);
});

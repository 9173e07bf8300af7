import { describe, expect, test } from 'vitest';
import { BUDGET_AGENTS_MAX, BUDGET_NAMES_CHARS_MAX } from '../../../../src/core/money-limits.ts';
import { viewBudget } from '../../../../src/core/policy/money/budget-view.ts';
import { capFits, capOf, setCap, setPolicy } from '../../../../src/core/policy/money/caps.ts';
import { shortageText, usdText } from '../../../../src/core/policy/money/money-text.ts';
import { openPurse } from '../../../../src/core/policy/money/purse.ts';
import { reservationOf } from '../../../../src/core/policy/money/reservation.ts';
import { emptyBudget, rollDay, settleCost } from '../../../../src/core/policy/money/settle-cost.ts';
import { monthStart, nextDayStart, utcDay } from '../../../../src/core/policy/money/utc-day.ts';
import { aBudget, aPolicy, NOON, USD } from './builders.ts';

test('days and months are those of UTC', () => {
  const late = Date.parse('2026-12-31T23:59:59.999Z');
  expect(utcDay(late)).toBe('2026-12-31');
  expect(nextDayStart('2026-12-31')).toBe(late + 1);
  expect(utcDay(monthStart('2026-12-31'))).toBe('2026-12-01');
});

test.each([
  [100_000, '$0.10'],
  [2_500, '$0.0025'],
  [1, '$0.000001'],
  [12_000_000, '$12.00'],
])('%i micro-dollars are %s', (microUsd, text) => expect(usdText(microUsd)).toBe(text));

describe('the reservation of a run (R-PROD-052)', () => {
  const costs = Array.from({ length: 20 }, (_, index) => index + 1);
  const learned = (recent: readonly number[]) => ({ ...aBudget(), recent: { qa: recent } });

  test('is what the configuration says of the agent', () => {
    const budget = { ...aBudget({ agents: { qa: { reservation: 7 } } }), recent: { qa: costs } };
    expect(reservationOf(budget, 'qa', 5)).toBe(7);
  });
  test('else what nine of ten of its last runs did not exceed, from five on', () => {
    expect(reservationOf(learned(costs), 'qa', Infinity)).toBe(18);
    expect(reservationOf(learned([9, 1, 1, 1, 1]), 'qa', Infinity)).toBe(9);
    expect(reservationOf(learned([9, 1, 1, 1]), 'qa', Infinity)).toBe(100_000);
  });
  test('and never more than its smallest cap, so that a cap lets something run', () => {
    expect(reservationOf(learned(costs), 'qa', 5)).toBe(5);
    expect(reservationOf(aBudget(), 'other', 40)).toBe(40);
  });
  test('counts only what is known, of the last 20 runs', () => {
    const booked = (budget: ReturnType<typeof aBudget>, costMicroUsd: number | null) =>
      settleCost(budget, {
        agent: 'qa',
        at: NOON,
        reservedMicroUsd: 5,
        usage: { costMicroUsd, outcome: 'ok' },
      });
    const full = Array.from({ length: 25 }, (_, index) => index).reduce(booked, aBudget());
    expect(full.recent.qa).toEqual(Array.from({ length: 20 }, (_, index) => index + 5));
    expect(booked(full, null).recent).toEqual(full.recent);
  });
});

const QA = { agent: 'qa', taskId: 'task-1', pool: 'routes' };

describe('what a run may spend', () => {
  const lease = (agent: string, reservedMicroUsd: number, grantedAt = NOON) => ({
    agent,
    reservedMicroUsd,
    grantedAt,
  });

  test('is what is left under all caps; equality is allowed (R-PROD-048)', () => {
    const budget = aBudget({ daily: 10, total: 12, agents: { qa: { cap: 4, reservation: 1 } } });
    const spent = { ...budget, spent: { agents: { qa: 2 }, day: 5, month: 5, total: 9 } };
    const purse = openPurse(spent, { a: lease('qa', 1) });
    expect(purse?.shortOf(QA)).toBeNull();
    expect(purse?.take(QA)).toEqual({ reservedMicroUsd: 1, allowanceMicroUsd: 1 });
    expect(purse?.shortOf(QA)).toMatchObject({ cap: 'agent', spentMicroUsd: 2, heldMicroUsd: 2 });
  });
  test('is not bound where there is no cap', () => {
    expect(openPurse(aBudget(), {})?.take(QA)).toEqual({
      reservedMicroUsd: 100_000,
      allowanceMicroUsd: null,
    });
    expect(openPurse(emptyBudget(NOON), {})).toBeNull();
  });
  test('counts runs of yesterday against yesterday, of this month against the month (R-PROD-052)', () => {
    const budget = aBudget({ daily: 3, monthly: 5, agents: { qa: { reservation: 2 } } });
    const yesterday = openPurse(budget, { a: lease('qa', 2, NOON - 24 * 3600_000) });
    expect(yesterday?.shortOf(QA)).toBeNull();
    expect(yesterday?.project).toMatchObject([
      { cap: 'daily', heldMicroUsd: 0 },
      { cap: 'monthly', heldMicroUsd: 2 },
    ]);
  });
  test('counts a role under its own name', () => {
    const budget = aBudget({ agents: { qa: { cap: 3, reservation: 2 } } });
    expect(openPurse(budget, { a: lease('role:qa', 2) })?.shortOf(QA)).toMatchObject({ heldMicroUsd: 2 });
  });
});

describe('a cap that a person set', () => {
  const target = { scope: 'agent', name: 'qa' } as const;
  const file = aBudget({ agents: { qa: { cap: 5 } } });

  test('counts until the configuration changes that very cap (R-PROD-017)', () => {
    const set = setCap(file, target, 9);
    expect(capOf(set, target)).toBe(9);
    expect(capOf(setPolicy(set, aPolicy({ daily: 1, agents: { qa: { cap: 5 } } })), target)).toBe(9);
    expect(capOf(setPolicy(set, aPolicy({ agents: { qa: { cap: 6 } } })), target)).toBe(6);
  });
  test('may take a cap away, and may be set where there is no budget', () => {
    expect(capOf(setCap(file, target, null), target)).toBeNull();
    const total = { scope: 'project', period: 'total' } as const;
    expect(capOf(setCap(emptyBudget(NOON), total, 3), total)).toBe(3);
  });
  test('is refused where too many names would have to be carried', () => {
    const many = Array.from({ length: BUDGET_AGENTS_MAX }, (_, index) => `a${index}`);
    const full = many.reduce((budget, name) => setCap(budget, { scope: 'agent', name }, 1), aBudget());
    expect(capFits(full, target)).toBe(false);
    expect(setCap(full, target, 1)).toBe(full);
    expect(capFits(full, { scope: 'agent', name: 'a1' })).toBe(true);
    expect(capFits(aBudget(), { scope: 'agent', name: 'x'.repeat(BUDGET_NAMES_CHARS_MAX + 1) })).toBe(false);
  });
});

describe('a run that is over', () => {
  const run = { agent: 'qa', at: NOON, reservedMicroUsd: 100 };
  const spentBy = (usage: Parameters<typeof settleCost>[1]['usage'], at = NOON) =>
    settleCost(aBudget(), { ...run, at, usage }).spent;

  test('is charged its cost, or its reservation while nobody knows it (R-PROD-052, R-PROD-056)', () => {
    expect(spentBy({ costMicroUsd: 1_230_000, outcome: 'failed' }).day).toBe(1_230_000);
    expect(spentBy({ costMicroUsd: null, outcome: 'ok' }).day).toBe(100);
    expect(spentBy(undefined)).toEqual({ agents: { qa: 100 }, day: 100, month: 100, total: 100 });
    expect(spentBy({ costMicroUsd: 0, outcome: 'none' }).total).toBe(0);
    expect(spentBy({ costMicroUsd: Number.NaN, outcome: 'ok' }).total).toBe(100);
  });
  test('counts for the day on which it was let in', () => {
    expect(spentBy(undefined, NOON - 24 * 3600_000)).toEqual({ agents: {}, day: 0, month: 100, total: 100 });
    expect(spentBy(undefined, Date.parse('2026-10-31T23:59:59Z'))).toMatchObject({ month: 0, total: 100 });
  });
  test('leaves its month and all time when a day begins; a clock that goes back changes nothing', () => {
    const spent = settleCost(aBudget(), { ...run, usage: undefined });
    expect(rollDay(spent, NOON)).toBe(spent);
    expect(rollDay(spent, NOON - 48 * 3600_000)).toBe(spent);
    expect(rollDay({ ...spent, told: ['x'] }, NOON + 24 * 3600_000)).toMatchObject({
      ...{ day: '2026-11-22', told: [] },
      spent: { agents: {}, day: 0, month: 100, total: 100 },
    });
    expect(rollDay(spent, Date.parse('2026-12-01T00:00:00Z')).spent).toMatchObject({ month: 0, total: 100 });
  });
  test('of very many agents is summed up for all, and by name for those with a cap', () => {
    const names = Array.from({ length: 3 * BUDGET_AGENTS_MAX }, (_, index) => `agent-${index}`);
    const budget = aBudget({ agents: { 'agent-0': { cap: 5 } } });
    const { spent, recent } = names.reduce(
      (state, agent) => settleCost(state, { ...run, agent, usage: { costMicroUsd: 1, outcome: 'ok' } }),
      budget,
    );
    expect(spent.day).toBe(names.length);
    expect(Object.keys(spent.agents)).toHaveLength(BUDGET_AGENTS_MAX);
    expect(Object.keys(recent)).toHaveLength(BUDGET_AGENTS_MAX);
    expect(spent.agents['agent-0']).toBe(1);
    expect(spent.agents[names.at(-1) ?? '']).toBe(1);
  });
});

test.each([
  [0, 0, 'disabled'],
  [10, 7, 'ok'],
  [10, 8, 'soft-cap'],
  [10, 10, 'cap-hit'],
])('a cap of %i with %i spent is %s (R-PROD-051)', (cap, spent, state) => {
  const budget = aBudget({ agents: { qa: { cap: cap * USD } } });
  const sums = { agents: { qa: spent * USD }, day: 0, month: 0, total: 0 };
  const [agent] = viewBudget({ ...budget, spent: sums }, []).agents;
  expect(agent).toMatchObject({ agent: 'qa', state, leftMicroUsd: Math.max(0, cap - spent) * USD });
});

test('why money keeps a run back is one sentence with the sums and what helps (R-PROD-049)', () => {
  const shortage = {
    capMicroUsd: 5 * USD,
    spentMicroUsd: 4 * USD,
    heldMicroUsd: USD / 2,
    neededMicroUsd: USD,
  };
  const text = (given: object) => shortageText({ cap: 'agent', agent: 'qa', ...shortage, ...given });
  expect(text({})).toBe(
    'the daily cap of agent "qa" is used up: $4.00 of $5.00 spent, $0.50 held for runs under way, and a run of "qa" reserves $1.00; it goes on at 00:00 UTC or with a higher cap',
  );
  expect(text({ cap: 'total', heldMicroUsd: 0 })).toContain(
    'the total cap of the project is used up: $4.00 of $5.00 spent, and',
  );
  expect(text({ capMicroUsd: 0 })).toBe('agent "qa" is disabled: its daily cap is $0.00');
  expect(text({ neededMicroUsd: 6 * USD })).toBe(
    'a run of "qa" reserves $6.00, more than the daily cap of agent "qa", $5.00',
  );
});

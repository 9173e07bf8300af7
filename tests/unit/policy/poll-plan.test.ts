import { expect, test } from 'vitest';
import { dueRoutes, nextDueInMs, tickSeconds } from '../../../src/core/policy/poll-plan.ts';

const route = (queueName: string, pollIntervalSeconds: number) => ({ queueName, pollIntervalSeconds });
const ROUTES = [route('slow', 1800), route('fast', 10)];
const T0 = 1_800_000_000_000;
const due = (last: Record<string, number>, now: number) =>
  dueRoutes(ROUTES, last, now).map(({ queueName }) => queueName);

test('the tick is the shortest interval; without routes the default (R-ART-027)', () => {
  expect(tickSeconds(ROUTES, 30)).toBe(10);
  expect(tickSeconds([], 30)).toBe(30);
});

test('a queue is polled no more often than its interval, whatever the tick (R-ART-026, R-ART-028)', () => {
  expect(due({}, T0)).toEqual(['slow', 'fast']);
  const last = { slow: T0, fast: T0 };
  expect(due(last, T0 + 9_999)).toEqual([]);
  expect(due(last, T0 + 10_000)).toEqual(['fast']);
  expect(due(last, T0 + 1_799_999)).toEqual(['fast']);
  expect(due(last, T0 + 1_800_000)).toEqual(['slow', 'fast']);
});

test('a clock that was set back starves nobody (R-ART-027)', () => {
  expect(due({ slow: T0 + 3_600_000, fast: T0 }, T0)).toEqual(['slow']);
});

test('a queue named like a built-in property is polled like any other', () => {
  expect(dueRoutes([route('constructor', 10)], {}, T0)).toHaveLength(1);
});

test('the time to the next poll is exact', () => {
  expect(nextDueInMs([], {}, T0)).toBeNull();
  expect(nextDueInMs(ROUTES, {}, T0)).toBe(0);
  expect(nextDueInMs(ROUTES, { slow: T0, fast: T0 }, T0 + 4_000)).toBe(6_000);
});

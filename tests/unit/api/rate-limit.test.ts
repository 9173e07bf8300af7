import { expect, test } from 'vitest';
import { createRateLimit, limitRuns } from '../../../src/api/rate-limit.ts';
import {
  RUN_REQUESTS_BURST_MAX,
  RUN_REQUESTS_PER_SECOND_MAX,
  RUN_TOKENS_COUNTED_MAX,
} from '../../../src/core/limits.ts';

test('a run has its burst, then so many requests a second, apart from all others (R-SYS-029)', () => {
  let now = 0;
  const limit = createRateLimit(() => now);
  for (let count = 0; count < RUN_REQUESTS_BURST_MAX; count += 1) expect(limit('a')).toBe(0);
  expect(limit('a')).toBeCloseTo(1000 / RUN_REQUESTS_PER_SECOND_MAX);
  expect(limit('b')).toBe(0);
  now += 1000;
  const granted = Array.from({ length: 50 }, () => limit('a')).filter((waitMs) => waitMs === 0);
  expect(granted).toHaveLength(RUN_REQUESTS_PER_SECOND_MAX);
});

test('what is remembered of runs is bounded (R-SYS-032)', () => {
  const limit = createRateLimit(() => 0);
  for (let count = 0; count <= RUN_REQUESTS_BURST_MAX; count += 1) limit('first');
  expect(limit('first')).toBeGreaterThan(0);
  for (let count = 0; count < RUN_TOKENS_COUNTED_MAX; count += 1) limit(`run-${count}`);
  expect(limit('first')).toBe(0);
});

test('people are not limited', () => {
  const owner = { actor: 'token', boundTaskId: null, callingRun: null };
  const authenticate = limitRuns(
    () => owner,
    () => 1,
  );
  expect(authenticate(undefined)).toBe(owner);
});

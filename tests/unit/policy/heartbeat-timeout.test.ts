import { expect, test } from 'vitest';
import {
  fenceMs,
  heartbeatThrottleMs,
  heartbeatTimeoutMs,
} from '../../../src/core/policy/heartbeat-timeout.ts';

/** Throttle, timeout and fence in seconds. */
function timesOf(hosts: 'single' | 'many', heartbeatSeconds?: number): number[] {
  const settings = { hosts, temporal: heartbeatSeconds === undefined ? {} : { heartbeatSeconds } };
  return [heartbeatThrottleMs, heartbeatTimeoutMs, fenceMs].map((of) => of(settings) / 1000);
}

test('rare signs of life never make a healthy run look lost, and a host still stops before that (R-SYS-002)', () => {
  expect(timesOf('single')).toEqual([2, 120, 114]);
  expect(timesOf('many')).toEqual([2, 30, 24]);
  expect(timesOf('single', 60)).toEqual([60, 120, 56]);
  expect(timesOf('many', 60)).toEqual([60, 120, 56]);
  for (let seconds = 1; seconds <= 60; seconds += 1) expect(timesOf('many', seconds)[2]).toBeGreaterThan(8);
});

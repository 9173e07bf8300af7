import { expect, test } from 'vitest';
import { createStopOrders } from '../../../src/core/policy/stop-order.ts';

test('a signal within a second of the first is its echo; a later one means at once (R-ART-015)', () => {
  let now = 5_000;
  const orderOf = createStopOrders(() => now);
  expect(orderOf()).toBe('in-order');
  expect(orderOf()).toBe('echo');
  now += 999;
  expect(orderOf()).toBe('echo');
  now += 1;
  expect(orderOf()).toBe('at-once');
});

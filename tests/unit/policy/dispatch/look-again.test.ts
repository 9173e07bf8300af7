import { expect, test } from 'vitest';
import { lookAgainMs } from '../../../../src/core/policy/dispatch/look-again.ts';

const HOUR_MS = 3_600_000;

function looksWithin(ms: number): number {
  let looks = 0;
  for (let waited = 0; waited < ms; waited += lookAgainMs(waited)) looks++;
  return looks;
}

test.each([
  ['a minute', HOUR_MS / 60, 50],
  ['two hours', 2 * HOUR_MS, 90],
  ['a day', 24 * HOUR_MS, 140],
])(
  'a job that another call runs is looked for within %s this often at most (R-SYS-010, R-AD-084)',
  (_, ms, most) => {
    expect(looksWithin(ms)).toBeLessThanOrEqual(most);
  },
);

test('its end is noticed at once when it is near, and else late by an eighth (R-AD-084)', () => {
  expect(lookAgainMs(0)).toBe(250);
  expect(lookAgainMs(80_000)).toBe(10_000);
});

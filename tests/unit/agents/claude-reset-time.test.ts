import { expect, test } from 'vitest';
import { resetTimeOf } from '../../../src/adapters/agents/claude/reset-time.ts';

/** Saturday. */
const NOW = Date.parse('2026-11-21T15:00:00Z');

test.each([
  ['Claude AI usage limit reached|1795276800', '2026-11-21T16:00:00Z'],
  ["You've hit your session limit · resets 6pm (UTC)", '2026-11-21T18:00:00Z'],
  ["You've hit your session limit · resets 6pm (Asia/Almaty)", '2026-11-22T13:00:00Z'],
  ['usage limit reached, resets at 3:45pm (UTC)', '2026-11-21T15:45:00Z'],
  ['resets 2:59pm (UTC)', '2026-11-22T14:59:00Z'],
  ['resets 12am (UTC)', '2026-11-22T00:00:00Z'],
  ['resets 12:30pm (UTC)', '2026-11-22T12:30:00Z'],
  ['resets 16:20 (UTC)', '2026-11-21T16:20:00Z'],
  ['resets Nov 25 at 6am (Europe/Berlin)', '2026-11-25T05:00:00Z'],
  ['resets Dec 1, 6am (America/New_York)', '2026-12-01T11:00:00Z'],
  ['resets Jan 3, 9am (UTC)', '2027-01-03T09:00:00Z'],
  ['try again at 2026-11-21T20:00:00Z', '2026-11-21T20:00:00Z'],
])('%s is %s (R-ADX-032, R-SYS-021)', (text, expected) => {
  expect(new Date(resetTimeOf(text, NOW) ?? 0).toISOString()).toBe(new Date(expected).toISOString());
});

test.each([
  'rate limit',
  'resets soon',
  'resets 6',
  'resets 99:99',
  'resets 13pm (UTC)',
  'resets 6pm (Nowhere/Land)',
  'resets Foo 3 at 6pm (UTC)',
  '',
])('"%s" tells no time (R-ADX-032)', (text) => {
  expect(resetTimeOf(text, NOW)).toBeNull();
});

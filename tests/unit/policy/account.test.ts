import { expect, test } from 'vitest';
import { accountOf, accountRest } from '../../../src/core/policy/account.ts';
import type { AgentReport } from '../../../src/core/schema/agent-report.ts';
import { failed, noVerdict } from './dispatch/outcomes.ts';

const NOW = 1_800_000_000_000;

test.each<[string, Parameters<typeof accountOf>[0], string | null]>([
  ['a command has none that we know of', { kind: 'command', name: 'a', env: {} }, null],
  ['all agents of Claude share one', { kind: 'claude-cli', name: 'a', env: { HUE: 'red' } }, 'claude'],
  [
    'one with a key has its own',
    { kind: 'claude-cli', name: 'a', env: { ANTHROPIC_API_KEY: 'k' } },
    'claude/a',
  ],
  [
    'one with a login has its own',
    { kind: 'claude-cli', name: 'b', env: { CLAUDE_CONFIG_DIR: '/b' } },
    'claude/b',
  ],
  ['an agent of code has its own', { kind: 'code:mine', name: 'mine', env: {} }, 'code:mine'],
])('%s (R-SYS-021)', (_, holder, expected) => expect(accountOf(holder)).toBe(expected));

const limit = (fields: Partial<NonNullable<AgentReport['usageLimit']>>) =>
  failed(noVerdict({ usageLimit: { resetAt: null, text: 'no\n more ', ...fields } }));

test.each<[string, Parameters<typeof accountRest>[0], number | null]>([
  ['until its reset', limit({ resetAt: NOW + 3_000 }), 3_000],
  ['for a minute when none is stated', limit({}), 60_000],
  ['for a minute when the reset is past', limit({ resetAt: NOW - 1 }), 60_000],
  ['not longer than eight days', limit({ resetAt: NOW * 2 }), 8 * 24 * 3_600_000],
  ['by its words alone only when they say until when', limit({ guessed: true, resetAt: NOW + 5 }), 5],
  ['not by mere words', limit({ guessed: true }), null],
  ['not after another failure', failed(noVerdict()), null],
])('an account rests %s (R-SYS-021, R-ADX-032)', (_, outcome, leftMs) => {
  const expected = leftMs === null ? null : { until: NOW + leftMs, reason: 'no more' };
  expect(accountRest(outcome, NOW)).toEqual(expected);
});

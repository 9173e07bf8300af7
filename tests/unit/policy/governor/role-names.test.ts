import { describe, expect, test } from 'vitest';
import type { GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import { after, aGovernor, aRequest, ask, reasonOf, T0 } from './builders.ts';

const paused = (name: string): GovernorEvent => ({
  ...{ kind: 'pause', now: T0 },
  pause: { scope: 'agent', name, reason: null, by: 'ann' },
});
const unpaused = (name: string): GovernorEvent => ({ kind: 'unpause', now: T0, scope: 'agent', name });

describe('a role has two names: its own, and that of its agent for callers', () => {
  test.each([
    ['code', 'role:code'],
    ['role:code', 'code'],
  ])('a pause of "%s" keeps "%s" back, too (R-SYS-020, R-SYS-023)', (name, caller) => {
    const state = after(aGovernor(2), paused(name));
    for (const agent of [name, caller])
      expect(reasonOf(ask(state, aRequest('a', { agent })).answer)).toBe(
        'paused: agent "code" is paused by ann',
      );
    expect(ask(after(state, unpaused(caller)), aRequest('b', { agent: name })).answer.kind).toBe('granted');
  });
});

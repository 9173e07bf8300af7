import { expect, test } from 'vitest';
import { cacheIdentity } from '../../../../src/core/policy/dispatch/cache-identity.ts';
import { isCacheable } from '../../../../src/core/policy/dispatch/is-cacheable.ts';
import { resolveSpec } from '../../../../src/core/policy/dispatch/resolve-spec.ts';
import type { AgentProfile, DispatchSettings } from '../../../../src/core/schema/agent-profile.ts';
import type { DispatchRequest } from '../../../../src/core/schema/dispatch.ts';
import { aProfile, aRequest, theSettings } from './samples.ts';

interface Change {
  readonly request?: Partial<DispatchRequest>;
  readonly profile?: Partial<AgentProfile>;
  readonly settings?: Partial<DispatchSettings>;
}

function identity({ request = {}, profile = {}, settings = {} }: Change = {}): string {
  const asked = aRequest(request);
  return cacheIdentity(asked, resolveSpec(aProfile(profile), theSettings(settings), asked));
}

test.each<[string, Change]>([
  ['its timeout', { request: { timeoutSeconds: 60 } }],
  ["the agent's timeout", { profile: { timeoutSeconds: 900 } }],
  ['the group it came by', { request: { group: 'ops' } }],
  [
    'how the cache and the pool are set',
    { settings: { maxConcurrency: 9, usageLog: false, jobRetentionDays: 3 } },
  ],
])('a call stays the same whatever %s (R-AD-069, R-ADX-044)', (_, change) => {
  expect(identity(change)).toBe(identity());
});

test.each<[string, Change]>([
  ['task', { request: { task: 'other' } }],
  ['context', { request: { context: 'c' } }],
  ['caller', { request: { caller: 'c' } }],
  ['goal', { request: { goal: 'g' } }],
  ['format', { request: { responseFormat: 'json' } }],
  ['directory', { profile: { directory: '/elsewhere' } }],
  ['model', { profile: { model: 'opus' } }],
  ['tools', { profile: { allowedTools: [] }, settings: { defaultAllowedTools: ['Read'] } }],
  ['inherited tools', { settings: { defaultAllowedTools: ['Read'] } }],
  ['instructions', { profile: { instructions: 'Be brief.' } }],
  ['budget', { settings: { defaultMaxBudgetUsd: 2 } }],
  ['protocol', { settings: { dispatchProtocol: false } }],
])('another %s makes another call (R-AD-117, R-ADX-007, R-ADX-044)', (name, change) => {
  if (name === 'tools')
    expect(identity(change)).not.toBe(identity({ settings: { defaultAllowedTools: ['Read'] } }));
  else expect(identity(change)).not.toBe(identity());
});

const fine = { agent: 'infra', success: true, result: 'x' };
test.each([
  [fine, true],
  [{ ...fine, outcome: 'done' as const }, true],
  [{ ...fine, outcome: 'partial' as const }, false],
  [{ ...fine, outcome: 'blocked' as const }, false],
  [{ ...fine, success: false }, false],
  [{ ...fine, denied_tools: ['Bash'] }, false],
  [{ ...fine, budget_exceeded: true }, false],
])('%j is kept: %s (R-AD-118, R-ADX-015, R-ADX-023)', (result, kept) => {
  expect(isCacheable(result)).toBe(kept);
});

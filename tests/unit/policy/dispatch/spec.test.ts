import { expect, test } from 'vitest';
import {
  clampJobsLimit,
  clampPreview,
  clampRounds,
  clampSummary,
  clampTimeout,
  clampWait,
  parallelItemsMax,
} from '../../../../src/core/policy/dispatch/clamps.ts';
import { depthOf, guardRequest } from '../../../../src/core/policy/dispatch/guard-request.ts';
import { resolveSpec } from '../../../../src/core/policy/dispatch/resolve-spec.ts';
import { aProfile, aRequest, SESSION, theSettings } from './samples.ts';

test.each([
  ['the settings', null, 300, null, 300],
  ['the agent', 60, 300, null, 60],
  ['the settings, of a 0', 0, 200, null, 200],
  ['the call', 60, 300, 90, 90],
  ['the call, clamped up', 60, 300, 3, 10],
  ['the call, clamped down', 60, 300, 99_999, 7200],
  ['the agent, when the call says 0', 60, 300, 0, 60],
])('the timeout comes from %s (R-AD-023, R-AD-069)', (_, own, fallback, asked, expected) => {
  const spec = resolveSpec(
    aProfile({ timeoutSeconds: own }),
    theSettings({ defaultTimeoutSeconds: fallback }),
    aRequest({ timeoutSeconds: asked }),
  );
  expect(spec.timeoutSeconds).toBe(expected);
  expect(spec.options.systemPrompt).toContain(`about ${expected} seconds`);
});

test.each([
  [null, null, null],
  [0, null, null],
  [0, 2, 2],
  [0.25, 2, 0.25],
])('a budget of %s over one of %s caps at %s (R-AD-021)', (own, inherited, expected) => {
  const spec = resolveSpec(
    aProfile({ maxBudgetUsd: own }),
    theSettings({ defaultMaxBudgetUsd: inherited }),
    aRequest(),
  );
  expect(spec.maxBudgetUsd).toBe(expected);
  expect(spec.options.budgetMicroUsd).toBe(expected === null ? null : expected * 1_000_000);
});

test('tool lists inherit when absent and stand when empty; so does the mode (R-AD-016, R-AD-022)', () => {
  const settings = theSettings({
    defaultAllowedTools: ['Read'],
    defaultDisallowedTools: ['Bash'],
    defaultPermissionMode: 'plan',
  });
  expect(resolveSpec(aProfile(), settings, aRequest()).options).toMatchObject({
    allowedTools: ['Read'],
    disallowedTools: ['Bash'],
    permissionMode: 'plan',
  });
  const own = aProfile({ allowedTools: [], disallowedTools: ['Edit'], permissionMode: 'default' });
  expect(resolveSpec(own, settings, aRequest()).options).toMatchObject({
    allowedTools: [],
    disallowedTools: ['Edit'],
    permissionMode: 'default',
  });
});

const spec = resolveSpec(aProfile(), theSettings(), aRequest());
const facts = { agent: 'infra', spec, sessionId: null, claimedDepth: 0, chain: ['infra'] };

test('a call that is neither deep nor a flag may run', () => {
  expect(guardRequest({ ...facts, claimedDepth: 2, sessionId: SESSION })).toBeNull();
});

test.each([
  ['what the environment claims', 3, ['infra'], /^Dispatch depth 3 >= max 3\. /],
  [
    'what we know',
    0,
    ['a', 'b', 'c', 'infra'],
    /^Dispatch depth 3 >= max 3\. Calls so far: a → b → c → infra\./,
  ],
  ['a cycle', 1, ['a', 'infra', 'b', 'infra'], /The calls form a cycle: a → infra → b → infra\./],
])('depth is %s (R-AD-031)', (_, claimedDepth, chain, error) => {
  expect(guardRequest({ ...facts, claimedDepth, chain })).toMatchObject({
    success: false,
    error_type: 'recursion',
    error: expect.stringMatching(error),
  });
});

test('a claimed depth that is none counts as 0 (R-AD-031)', () => {
  expect(depthOf({ claimedDepth: Number.NaN, chain: ['infra'] })).toBe(0);
  expect(depthOf({ claimedDepth: -4, chain: ['a', 'infra'] })).toBe(1);
});

test.each([
  ['session_id', { ...facts, sessionId: '--permission-mode' }],
  ['model', { ...facts, spec: { ...spec, options: { ...spec.options, model: '-m' } } }],
  ['permission_mode', { ...facts, spec: { ...spec, options: { ...spec.options, permissionMode: '-p' } } }],
  ['allowed tool', { ...facts, spec: { ...spec, options: { ...spec.options, allowedTools: ['-t'] } } }],
  ['disallowed tool', { ...facts, spec: { ...spec, options: { ...spec.options, disallowedTools: ['-t'] } } }],
])('a %s that looks like a flag is refused (R-AD-029)', (label, call) => {
  const result = guardRequest(call);
  expect(result).toMatchObject({ success: false, error_type: 'cli_error', result: '' });
  expect(result?.error).toMatch(
    new RegExp(
      `^Refusing to dispatch: ${label} '-.*' starts with '-' and would be interpreted as a command-line flag by the claude CLI\\.$`,
    ),
  );
});

const clamps = {
  clampJobsLimit,
  clampPreview,
  clampRounds,
  clampSummary,
  clampTimeout,
  clampWait,
  parallelItemsMax,
};

test.each([
  ['clampTimeout', 0, null],
  ['clampTimeout', 12.9, 12],
  ['clampTimeout', Number.POSITIVE_INFINITY, 7200],
  ['clampTimeout', Number.NaN, null],
  ['clampWait', 0, 1],
  ['clampWait', 9999, 3600],
  ['clampPreview', -1, 0],
  ['clampPreview', 201, 200],
  ['clampSummary', 100_001, 100_000],
  ['clampRounds', 0, 1],
  ['clampRounds', 11, 10],
  ['clampJobsLimit', 0, 1],
  ['clampJobsLimit', 5000, 1000],
  ['parallelItemsMax', 3, 100],
  ['parallelItemsMax', 10, 200],
  ['parallelItemsMax', 1_000, 2_000],
] as const)(
  '%s(%d) is %s (R-AD-065, R-AD-069, R-AD-071, R-AD-080, R-AD-087, R-AD-106, R-AD-109)',
  (name, given, expected) => {
    expect(clamps[name](given)).toBe(expected);
  },
);

import { expect, test } from 'vitest';
import { classifyText } from '../../../../src/core/policy/dispatch/classify-error.ts';
import type { Refusal } from '../../../../src/core/schema/agent-outcome.ts';
import type { AgentReport } from '../../../../src/core/schema/agent-report.ts';
import { DispatchResult } from '../../../../src/core/schema/dispatch.ts';
import { aReport, failed, noVerdict, resultOf, stopped, succeeded, timedOut } from './outcomes.ts';
import { SESSION } from './samples.ts';

const RESUME = `dispatch_session(agent='infra', task='Continue where you left off', session_id='${SESSION}')`;
const anError = (fields: Partial<AgentReport>) => aReport({ isError: true, ...fields });

test('a failure has one of seven types (R-AD-041, R-AD-040)', () => {
  const types = ['permission', 'timeout', 'recursion', 'not_found', 'cli_error', 'budget', 'usage_limit'];
  const failure = { agent: 'infra', success: false, result: '', error: 'x' };
  const isKnown = (error_type: string) => DispatchResult.safeParse({ ...failure, error_type }).success;
  expect(types.filter(isKnown)).toEqual(types);
  expect(DispatchResult.shape.error_type.unwrap().options).toHaveLength(types.length);
});

test.each([
  ['Permission denied for Bash', 'permission'],
  ['HTTP 401 Unauthorized', 'permission'],
  ['You hit your session limit', 'usage_limit'],
  ['rate limit reached: not permitted', 'usage_limit'],
  ['segmentation fault', 'cli_error'],
  ['', 'cli_error'],
])('%j is classified as %s (R-AD-042, R-ADX-032)', (text, type) => {
  expect(classifyText(text)).toBe(type);
});

test.each<[string, Partial<AgentReport>, string]>([
  ['budget before denials', { subtype: 'error_max_budget_usd', deniedTools: ['Bash'] }, 'budget'],
  ['budget by its terminal reason', { terminalReason: 'budget_exhausted', apiStatus: 429 }, 'budget'],
  [
    'the provider told to slow down, before denials',
    { apiStatus: 429, deniedTools: ['Bash'] },
    'usage_limit',
  ],
  [
    'denials before words about a limit',
    { usageLimit: { resetAt: null, text: 'x' }, deniedTools: ['Bash'] },
    'permission',
  ],
  ["the account's limit", { usageLimit: { resetAt: null, text: 'session limit' } }, 'usage_limit'],
  ['denials before text', { deniedTools: ['Bash'], text: 'all broken' }, 'permission'],
  ['a refused login', { apiStatus: 401, text: 'no' }, 'permission'],
  ['only text', { text: 'Bash is not allowed here' }, 'permission'],
  ['a task about rate limits', { text: 'could not add a rate limit' }, 'cli_error'],
])('%s (R-AD-053, R-ADX-010, R-ADX-032)', (_, fields, type) => {
  const result = resultOf(succeeded(anError({ text: '', ...fields })));
  expect(result).toMatchObject({ success: false, error_type: type });
});

test('a permission failure names both fixes (R-AD-043)', () => {
  const { error = '' } = resultOf(succeeded(anError({ text: 'Bash is not allowed' })));
  expect(error).toMatch(/^Bash is not allowed\n\nHint: /);
  expect(error).toContain('agent-dispatch update infra --permission-mode bypassPermissions');
  expect(error).toContain('agent-dispatch update infra --allowed-tools Bash,Read,Edit,Write,Glob,Grep');
});

test('a budget stop keeps reason, money and conversation (R-ADX-010)', () => {
  const report = anError({
    text: '',
    subtype: 'error_max_budget_usd',
    errors: ['Reached maximum budget ($0.5)'],
  });
  const result = resultOf(failed(report, { costMicroUsd: 499_000 }), {
    spec: { kind: 'claude-cli', maxBudgetUsd: 0.5 },
  });
  expect(result).toMatchObject({
    error_type: 'budget',
    budget_exceeded: true,
    session_id: SESSION,
    cost_usd: 0.499,
    result: '',
  });
  for (const part of ['Reached maximum budget ($0.5)', '--max-budget-usd', '$0.5', RESUME])
    expect(result.error).toContain(part);
  expect(result).not.toHaveProperty('hint');
});

test('a stop at what the budget left says where to look, and does not advise a larger cap (R-SYS-018)', () => {
  const report = anError({ text: '', subtype: 'error_max_budget_usd', allowanceReached: true });
  const { error = '', ...result } = resultOf(failed(report, { costMicroUsd: 499_000 }));
  expect(result).toMatchObject({ error_type: 'budget', budget_exceeded: true });
  for (const part of ['dispatch budget show', RESUME]) expect(error).toContain(part);
  expect(error).not.toContain('--max-budget-usd');
});

test.each<[string, Partial<AgentReport>, string]>([
  ['figures', { usageLimit: { resetAt: Date.UTC(2026, 10, 21, 15), text: '' } }, '2026-11-21T15:00:00.000Z'],
  ['words', { usageLimit: { resetAt: null, text: 'session limit · resets 3pm (UTC)' } }, 'until 3pm (UTC)'],
  ['nothing', { usageLimit: { resetAt: null, text: 'session limit' } }, 'until it resets'],
])('a limit of the account says until when, from %s (R-ADX-032)', (_, fields, expected) => {
  const { error = '' } = resultOf(succeeded(anError({ text: '', ...fields })));
  expect(error).toContain(expected);
  expect(error).toContain('whole account');
});

test.each<[string, Partial<AgentReport>, string]>([
  ['its text', { text: 'It broke.' }, 'It broke.'],
  ['what it listed', { errors: ['a', ' ', 'b'] }, "Agent 'infra' failed: a; b"],
  [
    'how it named the end',
    { subtype: 'error_max_turns' },
    "Agent 'infra' failed: it ended with 'error_max_turns'",
  ],
  ['nothing', {}, "Agent 'infra' reported an error with no details (exit code 1)"],
])('an agent that fails is quoted by %s (R-AD-044, R-ADX-011)', (_, fields, error) => {
  const report = anError({ text: '', subtype: 'success', numTurns: 2, ...fields });
  expect(resultOf(failed(report))).toMatchObject({
    success: false,
    error,
    num_turns: 2,
    session_id: SESSION,
  });
});

test('listed errors are bounded (R-ADX-011)', () => {
  const errors = Array.from({ length: 9 }, () => 'e'.repeat(900));
  const { error = '' } = resultOf(failed(anError({ text: '', errors })));
  expect(error.length).toBeLessThan(5 * 300 + 100);
});

test.each([
  ['stderr', failed(noVerdict({ stderr: 'bad flag\n' }), { outputBytes: 0 }), 'bad flag'],
  ['the exit code', failed(noVerdict(), { outputBytes: 0 }), 'claude exited with code 1'],
  ['plain output', failed(noVerdict({ text: 'oops', stderr: 'x' })), 'oops'],
  [
    'a stream that broke off',
    failed(noVerdict({ text: 'I will', model: 'opus' })),
    'No result received (exit code 1)',
  ],
  ['stderr of such a stream', failed(noVerdict({ model: 'opus', stderr: 'boom' })), 'boom'],
  [
    'a signal',
    failed(undefined, {
      exitCode: undefined,
      reason: 'killed by signal SIGSEGV',
      signal: 'SIGSEGV',
      tail: '',
    }),
    "Agent 'infra' was killed by signal SIGSEGV",
  ],
])('an end without a verdict is told by %s (R-AD-045, R-AD-046, R-AD-056)', (_, outcome, error) => {
  expect(resultOf(outcome)).toMatchObject({
    success: false,
    error,
    error_type: 'cli_error',
    session_id: SESSION,
  });
});

test.each<Refusal | undefined>(['not_found', 'permission', 'cli_error', 'usage_limit', undefined])(
  'a run that never started is told as what its adapter says it is: %s (R-AD-029, R-AD-032, R-AD-033, R-AD-054)',
  (refusal) => {
    const run = { durationMs: 0, outputBytes: 0, tail: '', ...(refusal === undefined ? {} : { refusal }) };
    const reason = 'permission denied, not found, rate limit';
    const result = resultOf({ kind: 'failed', reason, retryable: false, ...run, sessionId: 'kept' });
    expect(result).toEqual({
      ...{ agent: 'infra', success: false, result: '', session_id: 'kept' },
      ...{ error: reason, error_type: refusal ?? 'cli_error' },
    });
  },
);

test('a conversation that the agent could not be told of is not offered, unless it names it itself (R-AD-050)', () => {
  const report = noVerdict({ sessionUnnamed: true });
  expect(resultOf(timedOut(report))).not.toHaveProperty('session_id');
  expect(resultOf(timedOut(report)).error).not.toContain('dispatch_session');
  const named = resultOf(succeeded(aReport({ sessionUnnamed: true }), { sessionId: 'its-own' }));
  expect(named.session_id).toBe('its-own');
});

test('a timeout says how to go on, doubled where nothing is typical (R-AD-048)', () => {
  const result = resultOf(timedOut(noVerdict({ text: 'So far: two disks' })));
  expect(result).toMatchObject({
    success: false,
    result: '',
    error_type: 'timeout',
    session_id: SESSION,
    partial_result: 'So far: two disks',
  });
  for (const part of [
    'timeout_seconds=',
    'dispatch_async',
    'agent-dispatch update infra --timeout 600',
    RESUME,
  ])
    expect(result.error).toContain(part);
  expect(result.error?.startsWith("Agent 'infra' timed out after 300s.")).toBe(true);
});

test('a timeout suggests what fits the finished runs (R-ADX-033)', () => {
  const typical = {
    dispatches: 9,
    failed: 0,
    outcomes: {},
    medianSeconds: 250,
    p90Seconds: 290,
    medianCostUsd: null,
  };
  const { error } = resultOf(timedOut(noVerdict()), { typical });
  expect(error).toContain('timeout_seconds=450');
  expect(error).toContain('--timeout 450');
});

test('what an agent reports because we stop it is no verdict (R-AD-048, R-ADX-001)', () => {
  const interrupted = anError({
    text: '',
    subtype: 'error_during_execution',
    terminalReason: 'aborted_tools',
  });
  expect(resultOf(timedOut(interrupted)).error_type).toBe('timeout');
  expect(resultOf(stopped('cancel', interrupted))).toMatchObject({
    error: 'Cancelled while running — subprocess killed',
    session_id: SESSION,
  });
  expect(resultOf(timedOut(anError({ text: '', subtype: 'error_max_budget_usd' }))).error_type).toBe(
    'budget',
  );
});

test('silence, the brake and lost workers leave a way to go on (R-AD-114)', () => {
  const facts = { durationMs: 1, outputBytes: 0, tail: '' };
  expect(resultOf({ kind: 'stalled', silentMs: 60_000, ...facts })).toMatchObject({ error_type: 'timeout' });
  for (const outcome of [stopped('brake'), { kind: 'worker-lost' } as const])
    expect(resultOf(outcome).error).toContain(RESUME);
  const command = resultOf({ kind: 'worker-lost' }, { spec: { kind: 'command', maxBudgetUsd: null } });
  expect(command.error).toBe("Agent 'infra' lost its worker 3 times.");
});

import { describe, expect, test } from 'vitest';
import type { ClaudeSession } from '../../../src/adapters/agents/claude/argv.ts';
import { cost, exited, failure, ID, INIT, OK, read, type Said } from './claude-said.ts';

describe('what a run cost (R-SYS-018, R-AD-039)', () => {
  const resume: ClaudeSession = { kind: 'resume', id: ID };
  test.each<[string, Said, number | undefined]>([
    ['the figure of a new conversation', { lines: [OK] }, 500_000],
    [
      'what came since the last result, when resumed',
      { session: resume, lines: [{ ...OK, model_usage_since_last_result: cost(0.1) }] },
      100_000,
    ],
    [
      'all of it, when a run had several results',
      {
        session: resume,
        lines: [
          { ...OK, model_usage_since_last_result: cost(0.1) },
          { ...OK, model_usage_since_last_result: cost(0.02) },
        ],
      },
      120_000,
    ],
    ['unknown when resumed and only the sum is told', { session: resume, lines: [OK] }, undefined],
    [
      'unknown when it was killed before it told',
      { lines: [INIT], end: { kind: 'stopped', by: 'brake' } },
      undefined,
    ],
    [
      'unknown when the figure makes no sense (R-ADX-045)',
      { lines: [{ ...OK, total_cost_usd: 'much' }] },
      undefined,
    ],
  ])('is %s', (_, given, expected) => expect(read(given).outcome.costMicroUsd).toBe(expected));

  test('the sum of the conversation is told apart from it', () => {
    const { outcome } = read({
      session: resume,
      lines: [{ ...OK, model_usage_since_last_result: cost(0.1) }],
    });
    expect(outcome.report?.conversationMicroUsd).toBe(500_000);
  });
});

describe('the limit of the account (R-ADX-032, R-SYS-021)', () => {
  const limitOf = (given: Said) => read({ end: exited(1), ...given }).outcome.report?.usageLimit;
  const text = "You've hit your session limit · resets 6pm (UTC)";
  const at6pm = Date.parse('2026-11-21T18:00:00Z');
  test.each<[string, Said, object | undefined]>([
    [
      'is the status 429',
      { lines: [failure({ api_error_status: 429, result: text })] },
      { resetAt: at6pm, text },
    ],
    [
      'is told by the error of a message',
      { lines: [{ type: 'assistant', error: 'rate_limit', message: {} }, failure({ result: 'x' })] },
      { resetAt: null, text: 'x' },
    ],
    [
      'tells its end as a figure, which wins',
      {
        lines: [
          { type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: 1795300000 } },
          failure({ api_error_status: 429, result: text }),
        ],
      },
      { resetAt: 1_795_300_000_000, text },
    ],
    [
      'is read from words where nothing else is told',
      { lines: [failure({ result: text })] },
      { resetAt: at6pm, text, guessed: true },
    ],
    [
      'is read from stderr when there is nothing else',
      { stderr: 'Too many requests' },
      { resetAt: null, text: 'Too many requests', guessed: true },
    ],
    [
      'is not in words that another status explains',
      { lines: [failure({ api_error_status: 400, result: 'rate limit' })] },
      undefined,
    ],
    [
      'is not in the answer of an agent that worked',
      { lines: [{ ...OK, result: 'The rate limit is fixed' }] },
      undefined,
    ],
  ])('%s', (_, given, expected) => expect(limitOf(given)).toEqual(expected));
});

test('figures and ids that make no sense are dropped, the answer is not (R-ADX-045)', () => {
  const bad = {
    ...OK,
    total_cost_usd: Number.NaN,
    duration_ms: -1,
    num_turns: 1.5,
    session_id: 42,
    result: 'half \ud83d done',
  };
  const { outcome } = read({ lines: [bad] });
  expect(outcome).toMatchObject({ kind: 'succeeded', sessionId: ID, report: { text: 'half \ufffd done' } });
  for (const key of ['numTurns', 'reportedMs', 'conversationMicroUsd'])
    expect(outcome.report).not.toHaveProperty(key);
});

test('what it does is told as it goes (R-AD-055, R-ADX-049)', () => {
  const content = [
    { type: 'text', text: 'a'.repeat(600) },
    { type: 'tool_use', id: 't', name: 'Bash', input: { command: 'ls' } },
    null,
    { type: 'thinking' },
  ];
  const lines = [
    '',
    '{"type":',
    INIT,
    {
      type: 'assistant',
      message: { id: 'm', model: 'opus', content, usage: { input_tokens: 5, output_tokens: 1 } },
    },
    {
      type: 'assistant',
      message: { id: 'm', content: [{ type: 'text', text: 'b' }], usage: { input_tokens: 5 } },
    },
    {
      type: 'user',
      message: { content: [{ type: 'tool_result', tool_use_id: 't', content: 'x', is_error: true }] },
    },
    {
      type: 'system',
      subtype: 'api_retry',
      attempt: 1,
      max_retries: 3,
      retry_delay_ms: 500,
      error: 'overloaded',
      error_status: 529,
    },
    { type: 'system', subtype: 'permission_denied', tool_name: 'Bash' },
    { type: 'from_the_future', x: 1 },
  ];
  const { told } = read({ lines });
  const of = (type: string) => told.filter((one) => one.type === type).map(({ data }) => data);
  expect(of('text')).toEqual([{ text: 'a'.repeat(500) }, { text: 'b' }]);
  expect(of('tool_use')).toMatchObject([
    { text: 'Using tool: Bash', tool: 'Bash', input: '{"command":"ls"}' },
  ]);
  expect(of('tool_result')).toEqual([{ text: 'x', toolUseId: 't', isError: true }]);
  expect(of('stdout')).toEqual([{ text: '{"type":' }]);
  expect(of('system')).toMatchObject([
    { subtype: 'init' },
    { kind: 'usage', messages: 1, input_tokens: 5 },
    { text: 'API retry 1 of 3 in 500 ms: overloaded (529)' },
    { text: 'Permission denied: Bash' },
    { kind: 'from_the_future', text: '{"type":"from_the_future","x":1}' },
  ]);
});

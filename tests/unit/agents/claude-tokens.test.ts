import { describe, expect, test } from 'vitest';
import type { ClaudeSession } from '../../../src/adapters/agents/claude/argv.ts';
import { createClaudeReader } from '../../../src/adapters/agents/claude/reader.ts';
import type { TokensByModel } from '../../../src/core/schema/price-table.ts';
import { ID, INIT, OK, read, type Said } from './claude-said.ts';

const SONNET = 'claude-sonnet-4-5';
const tokens = (input: number, output: number, cacheCreation = 0, cacheRead = 0) => ({
  ...{ input, output, cacheCreation, cacheRead },
});
const told = (inputTokens: unknown, outputTokens: unknown, more = {}) => ({
  [SONNET]: { inputTokens, outputTokens, ...more },
});
const message = (id: string, usage: object, model = SONNET) => ({
  type: 'assistant',
  message: { id, model, content: [], usage },
});
const UNTOLD = { ...OK, total_cost_usd: undefined };
const RESUME: ClaudeSession = { kind: 'resume', id: ID };
const tokensOf = (given: Said) => read(given).outcome.report?.tokens;

describe('the tokens of a run (R-PROD-055, R-PROD-056)', () => {
  test.each<[string, Said, object | undefined]>([
    [
      'what its result says, by model, the cache apart',
      {
        lines: [
          {
            ...UNTOLD,
            modelUsage: {
              ...told(10, 5, { cacheReadInputTokens: 7, cacheCreationInputTokens: 3 }),
              'claude-haiku-4-5': { inputTokens: 1, outputTokens: 2 },
            },
          },
        ],
      },
      {
        byModel: { [SONNET]: tokens(10, 5, 3, 7), 'claude-haiku-4-5': tokens(1, 2) },
        complete: true,
      },
    ],
    [
      'what came since the last result, over all results',
      {
        session: RESUME,
        lines: [
          { ...UNTOLD, modelUsage: told(900, 900), model_usage_since_last_result: told(10, 5) },
          { ...UNTOLD, modelUsage: told(901, 902), model_usage_since_last_result: told(1, 2) },
        ],
      },
      { byModel: { [SONNET]: tokens(11, 7) }, complete: true },
    ],
    [
      'its usage at the model it began with',
      { lines: [INIT, { ...UNTOLD, usage: { input_tokens: 10, output_tokens: 5 } }] },
      { byModel: { opus: tokens(10, 5) }, complete: true },
    ],
    [
      'a lower bound out of its messages when it was cut off: each counts once',
      {
        lines: [
          message('a', { input_tokens: 10, output_tokens: 1 }),
          message('a', { input_tokens: 10, output_tokens: 1 }),
          message('b', { input_tokens: 20, output_tokens: 1, cache_read_input_tokens: 4 }, 'claude-opus-4-8'),
        ],
        end: { kind: 'stopped', by: 'brake' },
      },
      {
        byModel: { [SONNET]: tokens(10, 1), 'claude-opus-4-8': tokens(20, 1, 0, 4) },
        complete: false,
      },
    ],
    ['nothing when none were told', { lines: [UNTOLD] }, undefined],
    [
      'not those of the conversation when resumed',
      { session: RESUME, lines: [{ ...UNTOLD, modelUsage: told(900, 900) }] },
      undefined,
    ],
  ])('are %s', (_, given, expected) => expect(tokensOf(given)).toEqual(expected));

  test.each([
    ['negative', -1],
    ['a fraction', 1.5],
    ['text', '12'],
    ['huge', 1e15],
    ['null', null],
  ])('count for nothing when a figure is %s (F25, F41)', (_, bad) => {
    expect(tokensOf({ lines: [{ ...UNTOLD, modelUsage: told(10, bad) }] })).toBeUndefined();
    expect(
      tokensOf({ lines: [{ ...UNTOLD, usage: { input_tokens: bad, output_tokens: 1 } }] }),
    ).toBeUndefined();
  });
});

test('what a run has used so far is heard with each message, its output guessed by length (R-PROD-052)', () => {
  const heard: TokensByModel[] = [];
  const reader = createClaudeReader(
    () => {},
    (tokens) => heard.push(tokens),
  );
  const say = (id: string, block: object) => {
    const event = message(id, { input_tokens: 10, output_tokens: 1 });
    const line = { ...event, message: { ...event.message, content: [block] } };
    reader.line('stdout', Buffer.from(JSON.stringify(line)), 0);
  };
  say('a', { type: 'text', text: 'x'.repeat(50) });
  say('a', { type: 'tool_use', name: 'Read', input: { file_path: 'y'.repeat(34) } });
  say('b', { type: 'thinking', thinking: 'z'.repeat(500), signature: 's'.repeat(5_000) });
  expect(heard).toEqual([
    { [SONNET]: tokens(10, 1 + 10) },
    { [SONNET]: tokens(10, 1 + 10 + 10) },
    { [SONNET]: tokens(20, 2 + 20 + 100) },
  ]);
});

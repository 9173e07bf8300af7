import fc from 'fast-check';
import { expect, test } from 'vitest';
import { costOfTokens } from '../../../../src/core/policy/pricing/cost-of-tokens.ts';
import { canonicalModel } from '../../../../src/core/policy/pricing/model-name.ts';
import { ratesOf } from '../../../../src/core/policy/pricing/rates-of.ts';

const rates = (input: number, output: number, write = input * 1.25, read = input / 10) => ({
  input_per_mtok_usd: input,
  output_per_mtok_usd: output,
  cache_creation_per_mtok_usd: write,
  cache_read_per_mtok_usd: read,
});

const TABLE = {
  models: {
    'claude-opus-4-0': rates(15, 75),
    'claude-opus-4-8': rates(5, 25),
    'claude-opus-4-10': rates(4, 20),
    'claude-sonnet-4-5': rates(3, 15),
    'claude-3-5-haiku-latest': rates(0.8, 4),
    odd: rates(1, 1, 30, 20),
  },
};

test.each([
  ['its own id', 'claude-sonnet-4-5', 'claude-sonnet-4-5'],
  ['a dated id', 'claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
  ['a dotted id', 'claude-sonnet-4.5', 'claude-sonnet-4-5'],
  ['the other order of words', 'claude-4-5-sonnet', 'claude-sonnet-4-5'],
  ['a wider window', 'claude-sonnet-4-5[1m]', 'claude-sonnet-4-5'],
  ['Bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
  ['Vertex', 'claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
  ['a gateway', 'anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
  ['a release without a point', 'claude-opus-4', 'claude-opus-4-0'],
  ['a dated release without a point', 'claude-opus-4-20250514', 'claude-opus-4-0'],
  ['the latest of an old one', 'claude-3-5-haiku-20241022', 'claude-3-5-haiku-latest'],
  ['a family: its newest', 'opus', 'claude-opus-4-10'],
  ['a family in capitals', 'Sonnet', 'claude-sonnet-4-5'],
])('a model is found by %s (R-PROD-058)', (_, name, model) => expect(ratesOf(TABLE, name).model).toBe(model));

test.each([...['claude-opus-9', 'claude-sonnet-4-50', 'gpt-7', '', '-', 'constructor', '__proto__']])(
  'an unknown model (%j) costs the most expensive known rates (R-PROD-058)',
  (name) => {
    const found = ratesOf(TABLE, name);
    expect(found).toEqual({ model: null, rates: rates(15, 75, 30, 20) });
  },
);

test('tokens of several models are summed to the micro-dollar; unknown ones are named (R-PROD-055, R-PROD-056)', () => {
  const tokens = (input: number, output: number, cacheCreation = 0, cacheRead = 0) => ({
    ...{ input, output, cacheCreation, cacheRead },
  });
  expect(costOfTokens(TABLE, { 'claude-sonnet-4-5-20250929': tokens(1_000, 100) })).toEqual({
    ...{ microUsd: 4_500, unknownModels: [] },
  });
  const several = { opus: tokens(1, 0, 7, 11), unheard: tokens(1, 1), silent: tokens(0, 0) };
  expect(costOfTokens(TABLE, several)).toEqual({
    microUsd: Math.round(4 + 7 * 5 + 11 * 0.4 + 15 + 75),
    unknownModels: ['unheard'],
  });
  expect(costOfTokens(TABLE, {})).toEqual({ microUsd: 0, unknownModels: [] });
});

test('any name gives rates, and an unknown one never less than a known one (R-PROD-058)', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(1e9), (name, input) => {
      const tokens = { input, output: input, cacheCreation: 0, cacheRead: 0 };
      const { microUsd } = costOfTokens(TABLE, { [name]: tokens });
      expect(microUsd).toBeGreaterThanOrEqual(0);
      const found = ratesOf(TABLE, name);
      if (found.model === null) expect(found.rates.output_per_mtok_usd).toBe(75);
      expect(canonicalModel(canonicalModel(name)).length).toBeLessThanOrEqual(name.length);
    }),
  );
});

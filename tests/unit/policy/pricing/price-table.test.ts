import { expect, test } from 'vitest';
import { priceAge } from '../../../../src/core/policy/pricing/price-age.ts';
import { priceChangeLines, priceChanges } from '../../../../src/core/policy/pricing/price-changes.ts';
import { runCost } from '../../../../src/core/policy/pricing/run-cost.ts';

const rates = (input: number, output: number) => ({
  input_per_mtok_usd: input,
  output_per_mtok_usd: output,
  cache_creation_per_mtok_usd: 1,
  cache_read_per_mtok_usd: 0.1,
});

test('changes are told by model and rate with four decimals (R-PROD-057)', () => {
  const before = { models: { b: rates(3, 15), gone: rates(1, 1), same: rates(2, 2) } };
  const after = { models: { same: rates(2, 2), a: rates(5, 25), b: rates(3.5, 15) } };
  expect(priceChangeLines(priceChanges(before, after))).toEqual([
    'a:',
    '  input_per_mtok_usd: <absent> → 5.0000',
    '  output_per_mtok_usd: <absent> → 25.0000',
    '  cache_creation_per_mtok_usd: <absent> → 1.0000',
    '  cache_read_per_mtok_usd: <absent> → 0.1000',
    'b:',
    '  input_per_mtok_usd: 3.0000 → 3.5000',
    'gone:',
    '  input_per_mtok_usd: 1.0000 → <absent>',
    '  output_per_mtok_usd: 1.0000 → <absent>',
    '  cache_creation_per_mtok_usd: 1.0000 → <absent>',
    '  cache_read_per_mtok_usd: 0.1000 → <absent>',
  ]);
  expect(priceChangeLines(priceChanges(before, before))).toEqual(['No rate changes.']);
});

test.each([
  ['on the day', '2026-05-06T23:59:59Z', { days: 0, stale: false }],
  ['after 90 days', '2026-08-04T23:59:59Z', { days: 90, stale: false }],
  ['after 91 days', '2026-08-05T00:00:00Z', { days: 91, stale: true }],
  ['before their own day', '2026-05-01T00:00:00Z', { days: 0, stale: false }],
])('prices are stale more than 90 days later: %s (R-PROD-059)', (_, now, age) =>
  expect(priceAge({ last_updated: '2026-05-06' }, Date.parse(now))).toEqual(age),
);

const TOLD = {
  ...{ began: true, reportedMicroUsd: null, computedMicroUsd: null, complete: true },
  reservedMicroUsd: 100_000,
};

test.each([
  ["the agent's own figure first", { reportedMicroUsd: 1_230_000, computedMicroUsd: 5 }, 1_230_000, true],
  ['the same when it is nothing', { reportedMicroUsd: 0, computedMicroUsd: 5 }, 0, true],
  ['else its tokens', { computedMicroUsd: 5 }, 5, true],
  ['else the reservation', {}, 100_000, false],
  ['never less when it was cut off', { computedMicroUsd: 5, complete: false }, 100_000, false],
  ['more when its tokens say so', { computedMicroUsd: 200_000, complete: false }, 200_000, false],
  ['nothing when no process came to be', { began: false }, 0, true],
])('a run is booked at %s (R-PROD-056, R-SYS-018)', (_, told, microUsd, known) =>
  expect(runCost({ ...TOLD, ...told })).toMatchObject({ microUsd, known }),
);

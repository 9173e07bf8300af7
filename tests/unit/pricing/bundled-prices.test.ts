import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BUNDLED_PRICES, bundledPrices } from '../../../src/adapters/pricing/bundled-prices.ts';
import { tableOfProviders } from '../../../src/adapters/pricing/provider-table.ts';
import { ratesOf } from '../../../src/core/policy/pricing/rates-of.ts';
import { PriceTable } from '../../../src/core/schema/price-table.ts';

const origin = { date: '2026-11-21', sourceUrl: 'there' };
const anthropic = (...models: unknown[]) => [{ id: 'anthropic', models }];

test('the prices that come with the program are those of the pinned release, with its date (R-PROD-059)', async () => {
  const { dependencies } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { dependencies: Record<string, string> };
  expect(dependencies['@pydantic/genai-prices']).toBe(BUNDLED_PRICES.release);
  const table = PriceTable.parse(await bundledPrices());
  expect(table.last_updated).toBe(BUNDLED_PRICES.date);
  for (const name of ['opus', 'sonnet', 'haiku', 'claude-sonnet-4-5-20250929', 'claude-opus-4-20250514'])
    expect(ratesOf(table, name).model).not.toBeNull();
});

test('of several prices the one that holds today counts, and of tiers the first (R-PROD-058)', () => {
  const model = {
    id: 'm',
    prices: [
      { prices: { input_mtok: 1, output_mtok: 1 } },
      { constraint: { start_date: '2027-01-01' }, prices: { input_mtok: 9, output_mtok: 9 } },
      {
        constraint: { start_date: '2026-03-01', type: 'start_date' },
        prices: { input_mtok: { base: 3, tiers: [{ start: 200_000, price: 6 }] }, output_mtok: 15 },
      },
    ],
  };
  expect(tableOfProviders(anthropic(model), origin)?.models).toEqual({
    m: {
      ...{ input_per_mtok_usd: 3, output_per_mtok_usd: 15 },
      // No price of the cache is told: it costs what other input does.
      ...{ cache_creation_per_mtok_usd: 3, cache_read_per_mtok_usd: 3 },
    },
  });
});

test.each([
  ['no list', { anthropic: [] }],
  ['nobody we know', [{ id: 'openai', models: [{ id: 'm', prices: { input_mtok: 1, output_mtok: 1 } }] }]],
  ['no models', anthropic()],
  ['no prices', anthropic({ id: 'm' }, { id: 'n', prices: { requests_kcount: 3 } }, null, 7)],
  ['impossible prices', anthropic({ id: 'm', prices: { input_mtok: -1, output_mtok: 1 } })],
])('a source that has %s is refused (R-PROD-058)', (_, data) =>
  expect(tableOfProviders(data, origin)).toBeNull(),
);

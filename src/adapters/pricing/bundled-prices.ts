import { AppError } from '../../core/errors.ts';
import type { PriceTable } from '../../core/schema/price-table.ts';
import { PRICED_PROVIDER, tableOfProviders } from './provider-table.ts';

/** Day on which the pinned release of genai-prices came out; a test compares it with the release. */
export const BUNDLED_PRICES = { release: '0.1.8', date: '2026-09-23' } as const;

/** Where that project publishes its newest data. */
export const PRICES_SOURCE_URL =
  'https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json';

let loaded: Promise<PriceTable> | null = null;

/** The prices that come with the program; read at the first use, because they are large. */
export function bundledPrices(): Promise<PriceTable> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<PriceTable> {
  const { findProvider } = await import('@pydantic/genai-prices');
  const provider = findProvider({ providerId: PRICED_PROVIDER });
  const origin = { date: BUNDLED_PRICES.date, sourceUrl: PRICES_SOURCE_URL };
  const table = tableOfProviders([provider], origin);
  if (table === null) throw new AppError('internal', 'the prices that come with the program cannot be read');
  return table;
}

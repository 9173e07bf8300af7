import type { PriceTable, Tokens, TokensByModel } from '../../schema/price-table.ts';
import { ratesOf } from './rates-of.ts';

/** What tokens cost at the prices of a table. */
export interface TokenCost {
  /** Integer micro-dollars. */
  readonly microUsd: number;
  /** Models the table does not know; the most expensive known rates were taken for them. */
  readonly unknownModels: readonly string[];
}

/** Tokens × price of the model really used, to the micro-dollar (R-PROD-055, R-PROD-056). */
export function costOfTokens(table: Pick<PriceTable, 'models'>, tokens: TokensByModel): TokenCost {
  let microUsd = 0;
  const unknownModels: string[] = [];
  for (const [name, counts] of Object.entries(tokens)) {
    const { model, rates } = ratesOf(table, name);
    if (model === null && sumOf(counts) > 0) unknownModels.push(name);
    // Dollars for a million tokens are micro-dollars for one.
    microUsd +=
      counts.input * rates.input_per_mtok_usd +
      counts.output * rates.output_per_mtok_usd +
      counts.cacheCreation * rates.cache_creation_per_mtok_usd +
      counts.cacheRead * rates.cache_read_per_mtok_usd;
  }
  return { microUsd: Math.round(microUsd), unknownModels };
}

const sumOf = ({ input, output, cacheCreation, cacheRead }: Tokens): number =>
  input + output + cacheCreation + cacheRead;

import type { TokenCost } from '../policy/pricing/cost-of-tokens.ts';
import type { PriceTable, TokensByModel } from '../schema/price-table.ts';

/** What models cost. */
export interface Prices {
  /** The table in force: the user's file over the prices that come with the program. */
  table(): Promise<PriceTable>;
  /** Never fails: without a readable file the prices that come with the program hold. */
  costOf(tokens: TokensByModel): Promise<TokenCost>;
}

import { z } from 'zod';
import { type PriceTable, Rates } from '../../core/schema/price-table.ts';

/** Whose models the kinds of agent use. */
export const PRICED_PROVIDER = 'anthropic';

/** Above a number of tokens another rate may hold; the table has the one below it. */
const Price = z.union([z.number(), z.object({ base: z.number() }).transform(({ base }) => base)]);
const Prices = z.object({
  input_mtok: Price,
  output_mtok: Price,
  cache_write_mtok: Price.optional(),
  cache_read_mtok: Price.optional(),
});
const Conditional = z.array(
  z.object({
    constraint: z.object({ start_date: z.string().optional() }).optional(),
    prices: Prices,
  }),
);
const Model = z.object({ id: z.string().min(1), prices: z.union([Prices, Conditional]) });
const Provider = z.object({ id: z.string(), models: z.array(z.unknown()) });

/** When and from where a table was made. */
export interface TableOrigin {
  /** `YYYY-MM-DD`: prices that begin later do not count. */
  readonly date: string;
  readonly sourceUrl: string;
}

/**
 * The price table out of the data of genai-prices, a list of providers with their models; null when it is something else
 * or names no model we can use. Models priced by something else than tokens are left out.
 */
export function tableOfProviders(data: unknown, { date, sourceUrl }: TableOrigin): PriceTable | null {
  const providers = z.array(Provider).safeParse(data);
  const provider = providers.data?.find(({ id }) => id === PRICED_PROVIDER);
  const models = (provider?.models ?? []).flatMap((model) => {
    const parsed = Model.safeParse(model);
    const rates = parsed.success ? ratesOn(parsed.data.prices, date) : null;
    return parsed.success && rates !== null ? [[parsed.data.id, rates] as const] : [];
  });
  if (models.length === 0) return null;
  const table = { last_updated: date, source_url: sourceUrl, currency: 'USD' as const };
  return { ...table, models: Object.fromEntries(models) };
}

function ratesOn(prices: z.infer<typeof Model>['prices'], date: string): Rates | null {
  if (!Array.isArray(prices)) return toRates(prices);
  const begun = prices.filter(({ constraint }) => (constraint?.start_date ?? '') <= date);
  const [latest] = begun.sort((a, b) => order(b.constraint?.start_date, a.constraint?.start_date));
  return latest === undefined ? null : toRates(latest.prices);
}

const order = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

/** Where no rate for the cache is told, its tokens cost what others do. */
function toRates(prices: z.infer<typeof Prices>): Rates | null {
  const { input_mtok: input, output_mtok: output } = prices;
  const rates = Rates.safeParse({
    input_per_mtok_usd: input,
    output_per_mtok_usd: output,
    cache_creation_per_mtok_usd: prices.cache_write_mtok ?? input,
    cache_read_per_mtok_usd: prices.cache_read_mtok ?? input,
  });
  return rates.success ? rates.data : null;
}

import { z } from 'zod';

/** No model is as dear as this; a figure above is a mistake (R-PROD-058). */
const RATE_USD_MAX = 1000;

/** Rates of a model, in the order they are shown. */
export const RATE_KEYS = [
  'input_per_mtok_usd',
  'output_per_mtok_usd',
  'cache_creation_per_mtok_usd',
  'cache_read_per_mtok_usd',
] as const;

const Rate = z.number().min(0).max(RATE_USD_MAX);

/** Dollars for a million tokens of each kind: as many micro-dollars for one token. */
export const Rates = z.object({
  input_per_mtok_usd: Rate,
  output_per_mtok_usd: Rate,
  cache_creation_per_mtok_usd: Rate,
  cache_read_per_mtok_usd: Rate,
});
export type Rates = z.infer<typeof Rates>;

/** Prices of models, the file `pricing.json` (R-PROD-058). */
export const PriceTable = z.object({
  /** `YYYY-MM-DD`. */
  last_updated: z.iso.date(),
  source_url: z.string(),
  currency: z.literal('USD'),
  models: z
    .record(z.string().min(1), Rates)
    .refine((models) => Object.keys(models).length > 0, 'names no model'),
});
export type PriceTable = z.infer<typeof PriceTable>;

/** Tokens of one model, none of them counted in another (R-PROD-055). */
export const Tokens = z.strictObject({
  input: z.int().min(0),
  output: z.int().min(0),
  cacheCreation: z.int().min(0),
  cacheRead: z.int().min(0),
});
export type Tokens = z.infer<typeof Tokens>;

/** Tokens by the model really used. */
export const TokensByModel = z.record(z.string(), Tokens);
export type TokensByModel = z.infer<typeof TokensByModel>;

import type { PriceTable } from '../../schema/price-table.ts';

/** Older prices are told as stale (R-PROD-059). */
export const PRICES_FRESH_DAYS_MAX = 90;

const DAY_MS = 24 * 3600 * 1000;

/** How old prices are. */
export interface PriceAge {
  /** Whole UTC days since they were last brought up to date. */
  readonly days: number;
  readonly stale: boolean;
}

/** The age of a price table at a time (epoch ms); stale after more than 90 days (R-PROD-059). */
export function priceAge({ last_updated }: Pick<PriceTable, 'last_updated'>, nowMs: number): PriceAge {
  const days = Math.max(0, Math.floor((nowMs - Date.parse(`${last_updated}T00:00:00Z`)) / DAY_MS));
  return { days, stale: days > PRICES_FRESH_DAYS_MAX };
}

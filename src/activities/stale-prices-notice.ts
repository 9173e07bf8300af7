import { messageOf } from '../core/errors.ts';
import { PRICES_FRESH_DAYS_MAX, priceAge } from '../core/policy/pricing/price-age.ts';
import type { Board } from '../core/ports/board.ts';
import type { Log } from '../core/ports/log.ts';
import type { Notices } from '../core/ports/notices.ts';
import type { Prices } from '../core/ports/prices.ts';

export interface StalePricesPorts {
  readonly board: Pick<Board, 'journal'>;
  readonly notices: Notices;
  readonly prices: Pick<Prices, 'table'>;
  readonly log: Log;
}

const KEY = 'pricing-stale';

/** Tells once that the price table is stale, until it is renewed (R-PROD-059); never rejects. */
export async function tellStalePrices({ board, notices, prices, log }: StalePricesPorts): Promise<void> {
  try {
    const { days, stale } = priceAge(await prices.table(), Date.now());
    if (!stale) {
      await notices.resolve(KEY);
      return;
    }
    const program = board.journal === undefined ? 'dispatch' : 'producer';
    const isNew = await notices.raise({
      ...{ kind: 'pricing-stale', key: KEY, subject: 'Pricing table is stale' },
      body: `- pricing table is ${days} days old (>${PRICES_FRESH_DAYS_MAX}). Run: ${program} pricing update`,
    });
    if (isNew) await board.journal?.note({ action: 'pricing_stale', detail: { age_days: days } });
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'age of the prices not looked at');
  }
}

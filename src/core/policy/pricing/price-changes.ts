import { type PriceTable, RATE_KEYS, type Rates } from '../../schema/price-table.ts';

/** A rate that is another one now; undefined = there was none, or there is none any more. */
export interface PriceChange {
  readonly model: string;
  readonly rate: keyof Rates;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** What differs between two tables, by model and rate. */
export function priceChanges(
  before: Pick<PriceTable, 'models'>,
  after: Pick<PriceTable, 'models'>,
): readonly PriceChange[] {
  const models = [...new Set([...Object.keys(before.models), ...Object.keys(after.models)])].sort();
  return models.flatMap((model) =>
    RATE_KEYS.flatMap((rate) => {
      const [from, to] = [rateIn(before, model, rate), rateIn(after, model, rate)];
      return from === to ? [] : [{ model, rate, from, to }];
    }),
  );
}

/** The changes as people read them (R-PROD-057). */
export function priceChangeLines(changes: readonly PriceChange[]): readonly string[] {
  if (changes.length === 0) return ['No rate changes.'];
  return changes.flatMap(({ model, rate, from, to }, index) => [
    ...(changes[index - 1]?.model === model ? [] : [`${model}:`]),
    `  ${rate}: ${rateText(from)} → ${rateText(to)}`,
  ]);
}

const rateText = (rate: number | undefined): string => (rate === undefined ? '<absent>' : rate.toFixed(4));

function rateIn({ models }: Pick<PriceTable, 'models'>, model: string, rate: keyof Rates) {
  return Object.hasOwn(models, model) ? models[model]?.[rate] : undefined;
}

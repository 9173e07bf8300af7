import { messageOf } from '../../core/errors.ts';
import { costOfTokens } from '../../core/policy/pricing/cost-of-tokens.ts';
import type { Prices } from '../../core/ports/prices.ts';
import type { PriceTable } from '../../core/schema/price-table.ts';
import { bundledPrices } from './bundled-prices.ts';
import { priceFileState, readPriceFile } from './price-file.ts';

export interface PricesConfig {
  /** The user's price file as it is named now; it may be missing. */
  readonly file: () => string;
  /** Hears once per state of the file that it cannot be used, and once per model that no table knows. */
  readonly onWarning: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** What models cost: the user's file over the prices that come with the program (R-PROD-058). */
export function createPrices({ file, onWarning }: PricesConfig): Prices {
  const warned = new Set<string>();
  let known: { readonly state: string; readonly table: PriceTable } | null = null;

  async function table(): Promise<PriceTable> {
    const path = file();
    const state = `${path}\0${priceFileState(path)}`;
    if (known?.state === state) return known.table;
    const bundled = await bundledPrices();
    const now = { state, table: overlaid(bundled, ownPrices(path)) };
    known = now;
    return now.table;
  }

  /** An unusable file must not make runs free or stop them: the prices of the program hold. */
  function ownPrices(path: string): PriceTable | null {
    try {
      return readPriceFile(path);
    } catch (error) {
      onWarning('price file not used', { path, error: messageOf(error) });
      return null;
    }
  }

  return {
    table,
    async costOf(tokens) {
      const cost = costOfTokens(await table(), tokens);
      for (const model of cost.unknownModels) {
        if (warned.has(model)) continue;
        warned.add(model);
        onWarning('no price for a model: the most expensive known rates are taken', {
          model,
          fix: 'dispatch pricing update, or add it to the price file',
        });
      }
      return cost;
    },
  };
}

/** What the user's file says wins; its models stand first, so that they are found first. */
export function overlaid(bundled: PriceTable, own: PriceTable | null): PriceTable {
  return own === null ? bundled : { ...own, models: { ...own.models, ...missing(bundled, own) } };
}

const missing = (bundled: PriceTable, own: PriceTable): PriceTable['models'] =>
  Object.fromEntries(Object.entries(bundled.models).filter(([model]) => !Object.hasOwn(own.models, model)));

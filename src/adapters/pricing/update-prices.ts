import { type PriceChange, priceChanges } from '../../core/policy/pricing/price-changes.ts';
import { bundledPrices } from './bundled-prices.ts';
import { fetchPrices } from './fetch-prices.ts';
import { readPriceFile, writePriceFile } from './price-file.ts';
import { overlaid } from './prices.ts';

export interface PriceUpdate {
  readonly file: string;
  readonly url: string;
  readonly dryRun: boolean;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * Brings the user's price file up to date from its source and answers what changed. Models that only the file knows stay;
 * a bad answer changes nothing (R-PROD-057, R-PROD-058).
 */
export async function updatePrices({
  file,
  url,
  dryRun,
  nowMs,
}: PriceUpdate): Promise<readonly PriceChange[]> {
  const bundled = await bundledPrices();
  const own = readOwn(file);
  const fetched = await fetchPrices(url, nowMs);
  const next = { ...fetched, models: { ...own?.models, ...fetched.models } };
  if (!dryRun) await writePriceFile(file, next);
  return priceChanges(overlaid(bundled, own), overlaid(bundled, next));
}

/** A file that cannot be read is replaced by the update, as one that is missing. */
function readOwn(file: string) {
  try {
    return readPriceFile(file);
  } catch {
    return null;
  }
}

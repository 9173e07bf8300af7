import { userStateDir } from './adapters/local/user-state-dir.ts';
import { priceFilePath } from './adapters/pricing/price-file-path.ts';
import { createPrices } from './adapters/pricing/prices.ts';
import type { Project } from './compose.ts';
import type { Prices } from './core/ports/prices.ts';

/** The prices of a project's models; nothing is read before a cost is computed. */
export function openPrices({ env, log, settings }: Pick<Project, 'env' | 'log' | 'settings'>): Prices {
  return createPrices({
    file: () => settings().pricing?.file ?? priceFilePath(userStateDir(env)),
    onWarning: (message, details) => log.warn(details, message),
  });
}

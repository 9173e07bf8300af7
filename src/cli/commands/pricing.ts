import type { Command } from 'commander';
import { userStateDir } from '../../adapters/local/user-state-dir.ts';
import { bundledPrices, PRICES_SOURCE_URL } from '../../adapters/pricing/bundled-prices.ts';
import { readPriceFile } from '../../adapters/pricing/price-file.ts';
import { priceFilePath } from '../../adapters/pricing/price-file-path.ts';
import { overlaid } from '../../adapters/pricing/prices.ts';
import { updatePrices } from '../../adapters/pricing/update-prices.ts';
import { AppError } from '../../core/errors.ts';
import { priceAge } from '../../core/policy/pricing/price-age.ts';
import { priceChangeLines } from '../../core/policy/pricing/price-changes.ts';
import type { PriceTable } from '../../core/schema/price-table.ts';
import { act, type Cli, type Runtime } from '../cli.ts';
import { load } from '../read-config.ts';

/** `dispatch pricing`: what models cost, and bringing that up to date (R-PROD-057). */
export function addPricing(runtime: Runtime, program: Command): void {
  const pricing = program
    .command('pricing')
    .description('Look at the prices that costs are computed with, and renew them');
  pricing
    .command('show')
    .description('Show what models cost, in dollars for a million tokens')
    .addHelpText('after', '\nExamples:\n  $ dispatch pricing show\n  $ dispatch pricing show --json')
    .action(act(runtime, show));
  pricing
    .command('update')
    .description('Fetch the newest prices into your price file and say what changed')
    .option('--dry-run', 'say what would change and write nothing')
    .addHelpText('after', '\nExamples:\n  $ dispatch pricing update\n  $ dispatch pricing update --dry-run')
    .action(act(runtime, (cli, { flags }) => update(cli, flags.dryRun === true)));
}

async function show(cli: Cli): Promise<undefined> {
  const { out } = cli;
  const { file } = await placeOf(cli);
  const own = readPriceFile(file);
  const table = overlaid(await bundledPrices(), own);
  const age = priceAge(table, Date.now());
  if (out.json) {
    out.document({ file: own === null ? null : file, age_days: age.days, stale: age.stale, ...table });
    return undefined;
  }
  const { renderTable } = await import('../render/table.ts');
  out.note(
    `Prices of ${table.last_updated}, ${own === null ? 'as they come with dispatch' : `with ${file} on top`}`,
  );
  out.data(renderTable(Object.entries(table.models), COLUMNS, out));
  if (age.stale) out.warn(`the prices are ${age.days} days old: dispatch pricing update`);
  return undefined;
}

type Priced = [model: string, rates: PriceTable['models'][string]];
const COLUMNS = [
  { title: 'MODEL', text: ([model]: Priced) => model },
  { title: 'INPUT', text: ([, rates]: Priced) => usd(rates.input_per_mtok_usd) },
  { title: 'OUTPUT', text: ([, rates]: Priced) => usd(rates.output_per_mtok_usd) },
  { title: 'CACHE WRITE', text: ([, rates]: Priced) => usd(rates.cache_creation_per_mtok_usd) },
  { title: 'CACHE READ', text: ([, rates]: Priced) => usd(rates.cache_read_per_mtok_usd) },
];
const usd = (rate: number): string => rate.toFixed(4);

async function update(cli: Cli, dryRun: boolean): Promise<undefined> {
  const { out } = cli;
  const place = await placeOf(cli);
  const changes = await updatePrices({ ...place, dryRun, nowMs: Date.now() });
  if (out.json) {
    out.document({ ...(dryRun ? { dry_run: true } : { file: place.file }), changes });
    return undefined;
  }
  out.data(priceChangeLines(changes).join('\n'));
  if (!dryRun) out.note(`Written: ${place.file}`);
  else if (changes.length > 0) out.data('(dry run — no file written)');
  return undefined;
}

/** Where prices lie and come from; a folder without a project has the defaults. */
async function placeOf(cli: Cli): Promise<{ readonly file: string; readonly url: string }> {
  const loaded = await load(cli, false).catch((error: unknown) => {
    if (error instanceof AppError && error.details?.missing === true && cli.globals.dir === undefined)
      return null;
    throw error;
  });
  const pricing = loaded?.settings.pricing;
  return {
    file: pricing?.file ?? priceFilePath(userStateDir(cli.io.env)),
    url: pricing?.sourceUrl ?? PRICES_SOURCE_URL,
  };
}

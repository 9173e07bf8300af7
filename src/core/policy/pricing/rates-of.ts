import { type PriceTable, RATE_KEYS, type Rates } from '../../schema/price-table.ts';
import { canonicalModel, familyOf, versionOf } from './model-name.ts';

/** What a model costs; `model` = under which name of the table it was found, null = not at all. */
export interface FoundRates {
  readonly model: string | null;
  readonly rates: Rates;
}

/**
 * The rates of a model: by its exact id, by its name without dates and spellings, or, for a short alias such as `opus`,
 * of the newest of that family. One that is not known costs the most expensive known rates (R-PROD-058).
 */
export function ratesOf({ models }: Pick<PriceTable, 'models'>, name: string): FoundRates {
  const model = exact(models, name) ?? sameModel(models, name) ?? newestOf(models, name);
  const rates = model === null ? undefined : models[model];
  return rates === undefined ? { model: null, rates: dearest(models) } : { model, rates };
}

type Models = PriceTable['models'];

const exact = (models: Models, name: string): string | null => (Object.hasOwn(models, name) ? name : null);

function sameModel(models: Models, name: string): string | null {
  const wanted = canonicalModel(name);
  return Object.keys(models).find((id) => canonicalModel(id) === wanted) ?? null;
}

function newestOf(models: Models, name: string): string | null {
  const [alias, ...more] = canonicalModel(name).split('-');
  if (alias === undefined || more.length > 0) return null;
  const family = Object.keys(models).filter((id) => familyOf(canonicalModel(id)).includes(alias));
  return (
    family.sort((a, b) => compare(versionOf(canonicalModel(b)), versionOf(canonicalModel(a))))[0] ?? null
  );
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const order = (a[at] ?? 0) - (b[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Of each kind of token the highest rate there is: never less than the truth as far as it is known. */
function dearest(models: Models): Rates {
  const all = Object.values(models);
  const highest = RATE_KEYS.map((key) => [key, Math.max(0, ...all.map((rates) => rates[key]))] as const);
  return Object.fromEntries(highest) as Rates;
}

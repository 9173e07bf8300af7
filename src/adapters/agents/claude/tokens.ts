import type { Tokens, TokensByModel } from '../../../core/schema/price-table.ts';
import { MODELS_MAX, TOKENS_MAX } from './bounds.ts';
import { type Bag, bagOf, integerOf, nameOf } from './lenient.ts';

/** Counts of a message's usage, as the provider names them. */
export const COUNTS = [
  'input_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'output_tokens',
] as const;
export type UsageCounts = Record<(typeof COUNTS)[number], number>;

/** The counts of a usage; what is absent or nonsense is 0. Null: there is no usage. */
export function countsOf(usage: Bag | null): UsageCounts | null {
  if (usage === null) return null;
  const counts = COUNTS.map((count) => [count, integerOf(usage[count], TOKENS_MAX) ?? 0]);
  return Object.fromEntries(counts) as UsageCounts;
}

/** Tokens by model as a result event tells them; undefined unless every figure makes sense. */
export function tokensOfModels(models: unknown): TokensByModel | undefined {
  const entries = Object.entries(bagOf(models) ?? {});
  if (entries.length === 0 || entries.length > MODELS_MAX) return undefined;
  const read: [string, Tokens][] = [];
  for (const [model, usage] of entries) {
    const tokens = whole(bagOf(usage), CAMEL);
    if (tokens === undefined || nameOf(model) === undefined) return undefined;
    read.push([model, tokens]);
  }
  return Object.fromEntries(read);
}

/** Tokens of a result that tells its usage and not by model. */
export function tokensOfUsage(usage: unknown, model: string | undefined): TokensByModel | undefined {
  const tokens = whole(bagOf(usage), SNAKE);
  return tokens === undefined ? undefined : { [model ?? '']: tokens };
}

const CAMEL: Readonly<Record<keyof Tokens, string>> = {
  input: 'inputTokens',
  output: 'outputTokens',
  cacheCreation: 'cacheCreationInputTokens',
  cacheRead: 'cacheReadInputTokens',
};
const SNAKE: Readonly<Record<keyof Tokens, string>> = {
  input: 'input_tokens',
  output: 'output_tokens',
  cacheCreation: 'cache_creation_input_tokens',
  cacheRead: 'cache_read_input_tokens',
};

/** Figures of money are taken whole or not at all; only those of the cache may be absent. */
function whole(usage: Bag | null, names: Readonly<Record<keyof Tokens, string>>): Tokens | undefined {
  if (usage === null) return undefined;
  const at = (name: string) => integerOf(usage[name], TOKENS_MAX);
  const cached = (name: string) => (usage[name] === undefined || usage[name] === null ? 0 : at(name));
  const input = at(names.input);
  const output = at(names.output);
  const cacheCreation = cached(names.cacheCreation);
  const cacheRead = cached(names.cacheRead);
  if (input === undefined || output === undefined) return undefined;
  if (cacheCreation === undefined || cacheRead === undefined) return undefined;
  return { input, output, cacheCreation, cacheRead };
}

/** Both together. */
export function addTokens(a: TokensByModel, b: TokensByModel): TokensByModel {
  const sum = new Map(Object.entries(a));
  for (const [model, more] of Object.entries(b)) {
    const { input = 0, output = 0, cacheCreation = 0, cacheRead = 0 } = sum.get(model) ?? {};
    sum.set(model, {
      input: input + more.input,
      output: output + more.output,
      cacheCreation: cacheCreation + more.cacheCreation,
      cacheRead: cacheRead + more.cacheRead,
    });
  }
  return Object.fromEntries(sum);
}

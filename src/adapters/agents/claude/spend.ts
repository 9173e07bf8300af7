import type { TokensByModel } from '../../../core/schema/price-table.ts';
import { MESSAGES_MAX } from './bounds.ts';
import { type Bag, bagOf, nameOf } from './lenient.ts';
import type { Told } from './run-events.ts';
import { addTokens, COUNTS, countsOf, type UsageCounts } from './tokens.ts';

/** Tokens of a run as far as its messages tell them. */
export interface Spend {
  /** Counts a message once, however many events carry it; answers the sum when it is a new one. */
  add(event: Bag): Told | null;
  /** By model; less than the truth, because output is hardly counted when a message begins. */
  tokens(): TokensByModel;
}

/**
 * A message comes as one event per content block, each with the usage of its start: summing events would count its input
 * many times. Output is hardly counted at that point, so this is a lower bound; the result event has the money.
 */
export function createSpend(): Spend {
  const seen = new Set<string>();
  const sum: Record<string, number> = {};
  let byModel: TokensByModel = {};
  return {
    add(event) {
      const message = bagOf(event.message);
      const usage = countsOf(bagOf(message?.usage));
      const id = nameOf(message?.id);
      if (usage === null || id === undefined || seen.has(id) || seen.size >= MESSAGES_MAX) return null;
      seen.add(id);
      for (const count of COUNTS) sum[count] = (sum[count] ?? 0) + usage[count];
      byModel = addTokens(byModel, { [nameOf(message?.model) ?? '']: tokensOf(usage) });
      const text = `${seen.size} model calls so far`;
      return { type: 'system', data: { text, kind: 'usage', messages: seen.size, ...sum } };
    },
    tokens: () => byModel,
  };
}

const tokensOf = (usage: UsageCounts) => ({
  input: usage.input_tokens,
  output: usage.output_tokens,
  cacheCreation: usage.cache_creation_input_tokens,
  cacheRead: usage.cache_read_input_tokens,
});

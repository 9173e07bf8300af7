import type { TokensByModel } from '../../../core/schema/price-table.ts';
import { MESSAGES_MAX } from './bounds.ts';
import { type Bag, bagOf, nameOf, textOf } from './lenient.ts';
import { blocksOf, type Told } from './run-events.ts';
import { addTokens, COUNTS, countsOf, type UsageCounts } from './tokens.ts';

/** Tokens of a run as far as its messages tell them. */
export interface Spend {
  /** Counts a message once, however many events carry it; answers the sum when it is a new one. */
  add(event: Bag): Told | null;
  /** What it has used by now, with the output guessed by its length: the provider's count comes with the end. */
  soFar(): TokensByModel;
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
  let guessed: TokensByModel = {};
  return {
    add(event) {
      const message = bagOf(event.message);
      const usage = countsOf(bagOf(message?.usage));
      const id = nameOf(message?.id);
      const model = nameOf(message?.model) ?? '';
      guessed = addTokens(guessed, { [model]: { ...NONE, output: lengthOf(event) } });
      if (usage === null || id === undefined || seen.has(id) || seen.size >= MESSAGES_MAX) return null;
      seen.add(id);
      for (const count of COUNTS) sum[count] = (sum[count] ?? 0) + usage[count];
      byModel = addTokens(byModel, { [model]: tokensOf(usage) });
      const text = `${seen.size} model calls so far`;
      return { type: 'system', data: { text, kind: 'usage', messages: seen.size, ...sum } };
    },
    soFar: () => addTokens(byModel, guessed),
    tokens: () => byModel,
  };
}

/** Characters of a token of output: rather too many, so that nothing is stopped for a guess. */
const TOKEN_CHARS = 5;

function lengthOf(event: Bag): number {
  const chars = blocksOf(event).reduce((sum, block) => {
    const input = block.input === undefined ? '' : JSON.stringify(block.input);
    return sum + (textOf(block.text) ?? textOf(block.thinking) ?? input).length;
  }, 0);
  return Math.floor(chars / TOKEN_CHARS);
}

const NONE = { input: 0, output: 0, cacheCreation: 0, cacheRead: 0 };

const tokensOf = (usage: UsageCounts) => ({
  input: usage.input_tokens,
  output: usage.output_tokens,
  cacheCreation: usage.cache_creation_input_tokens,
  cacheRead: usage.cache_read_input_tokens,
});

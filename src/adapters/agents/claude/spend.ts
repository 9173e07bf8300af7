import { MESSAGES_MAX } from './bounds.ts';
import { type Bag, bagOf, integerOf, nameOf } from './lenient.ts';
import type { Told } from './run-events.ts';

const COUNTS = [
  'input_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'output_tokens',
] as const;

/** Tokens of a run as far as its messages tell them. */
export interface Spend {
  /** Counts a message once, however many events carry it; answers the sum when it is a new one. */
  add(event: Bag): Told | null;
}

/**
 * A message comes as one event per content block, each with the usage of its start: summing events would count its input
 * many times. Output is hardly counted at that point, so this is a lower bound; the result event has the money.
 */
export function createSpend(): Spend {
  const seen = new Set<string>();
  const sum: Record<string, number> = {};
  return {
    add(event) {
      const message = bagOf(event.message);
      const usage = bagOf(message?.usage);
      const id = nameOf(message?.id);
      if (usage === null || id === undefined || seen.has(id) || seen.size >= MESSAGES_MAX) return null;
      seen.add(id);
      for (const count of COUNTS) sum[count] = (sum[count] ?? 0) + (integerOf(usage[count]) ?? 0);
      const text = `${seen.size} model calls so far`;
      return { type: 'system', data: { text, kind: 'usage', messages: seen.size, ...sum } };
    },
  };
}

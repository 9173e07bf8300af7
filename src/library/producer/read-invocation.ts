import { type Bag, bagOf, nameOf, textOf } from '../../adapters/agents/claude/lenient.ts';
import { blocksOf } from '../../adapters/agents/claude/run-events.ts';
import { countsOf, type UsageCounts } from '../../adapters/agents/claude/tokens.ts';
import type { ToolCall } from './invocation-result.ts';

/** What the raw output of a run of Claude Code says. */
export interface RawInvocation {
  readonly messages: readonly Bag[];
  readonly texts: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  /** Of the last message that tells it; null = none does. */
  readonly usage: UsageCounts | null;
}

/** Reads the lines that are events; the others, half ones too, say nothing (R-PROD-097). */
export function readInvocation(output: string): RawInvocation {
  const messages = output
    .split('\n')
    .map(eventOf)
    .filter((event) => event !== null);
  const blocks = messages.filter(isWork).flatMap(blocksOf);
  return {
    messages,
    texts: blocks.flatMap((block) => (block.type === 'text' ? (textOf(block.text) ?? []) : [])),
    toolCalls: blocks.flatMap((block) =>
      block.type === 'tool_use' ? { name: nameOf(block.name) ?? '', input: bagOf(block.input) ?? {} } : [],
    ),
    usage: countsOf(messages.map(usageOf).findLast((usage) => usage !== null) ?? null),
  };
}

/** Errors of the provider come as messages of a model that does not exist. */
const isWork = (event: Bag): boolean =>
  event.type === 'assistant' && bagOf(event.message)?.model !== '<synthetic>';

const usageOf = (event: Bag): Bag | null => bagOf(event.usage) ?? bagOf(bagOf(event.message)?.usage);

function eventOf(line: string): Bag | null {
  if (!line.startsWith('{')) return null;
  try {
    return bagOf(JSON.parse(line));
  } catch {
    return null;
  }
}

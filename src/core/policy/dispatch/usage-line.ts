import type { UsageNote } from '../../ports/usage-journal.ts';
import { USAGE_AGENT_CHARS_MAX, USAGE_CALLER_CHARS_MAX } from './limits.ts';
import { cutCharacters } from './texts.ts';

/**
 * One line of the usage journal, with its line end; names are cut so that it never exceeds USAGE_LINE_BYTES_MAX and one
 * append writes it whole. A cached answer cost and took nothing (R-ADX-027).
 */
export function usageLine({ agent, caller, result, cached = false, at, wallMs }: UsageNote): string {
  const { cost_usd: cost, duration_ms: ms = wallMs, num_turns: turns } = result;
  return `${JSON.stringify({
    t: at / 1000,
    agent: cutCharacters(agent, USAGE_AGENT_CHARS_MAX),
    ok: result.success,
    ...(cached ? { cached: true } : { cost, ms, turns }),
    outcome: result.outcome,
    err: result.error_type,
    caller: caller === '' ? undefined : cutCharacters(caller, USAGE_CALLER_CHARS_MAX),
  })}\n`;
}

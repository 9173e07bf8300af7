import { microUsdOf } from '../../../core/policy/money/dollars.ts';
import type { TokensByModel } from '../../../core/schema/price-table.ts';
import {
  DENIED_TOOLS_MAX,
  DURATION_MS_MAX,
  ERROR_LENGTH_MAX,
  ERRORS_MAX,
  TOOL_NAME_LENGTH_MAX,
  USD_MAX,
} from './bounds.ts';
import { type Bag, bagOf, cut, integerOf, listOf, nameOf, numberOf, textOf, wellFormed } from './lenient.ts';
import { tokensOfModels } from './tokens.ts';

/** A `result` event with everything unusable left out (R-AD-039, R-ADX-045). */
export interface ClaudeResult {
  readonly subtype: string | undefined;
  /** Absent in old releases: then it is a success (R-AD-047). */
  readonly isError: boolean | undefined;
  readonly text: string;
  readonly errors: readonly string[];
  readonly sessionId: string | undefined;
  readonly numTurns: number | undefined;
  readonly durationMs: number | undefined;
  readonly terminalReason: string | undefined;
  readonly apiStatus: number | undefined;
  readonly apiErrorType: string | undefined;
  readonly deniedTools: readonly string[];
  /** Micro-dollars of the whole conversation, earlier runs included. */
  readonly conversationMicroUsd: number | undefined;
  /** Micro-dollars since the result before this one, in this run or an earlier one. */
  readonly sinceLastMicroUsd: number | undefined;
  /** Tokens of the same time, by model. */
  readonly sinceLastTokens: TokensByModel | undefined;
  /** Tokens of the whole conversation. */
  readonly conversationTokens: TokensByModel | undefined;
  /** Tokens without a model, where they are told. */
  readonly usage: unknown;
}

/** Reads what can be read. */
export function toResult(event: Bag): ClaudeResult {
  const usd = numberOf(event.total_cost_usd, USD_MAX);
  return {
    subtype: nameOf(event.subtype),
    isError: typeof event.is_error === 'boolean' ? event.is_error : undefined,
    text: resultText(event.result),
    errors: errorsOf(event.errors),
    sessionId: nameOf(event.session_id),
    numTurns: integerOf(event.num_turns),
    durationMs: numberOf(event.duration_ms, DURATION_MS_MAX),
    terminalReason: nameOf(event.terminal_reason),
    apiStatus: integerOf(event.api_error_status, 1_000),
    apiErrorType: nameOf(event.api_error_type),
    deniedTools: deniedToolsOf(event.permission_denials),
    conversationMicroUsd: usd === undefined ? undefined : microUsdOf(usd),
    sinceLastMicroUsd: costOf(event.model_usage_since_last_result),
    sinceLastTokens: tokensOfModels(event.model_usage_since_last_result),
    conversationTokens: tokensOfModels(event.modelUsage),
    usage: event.usage,
  };
}

/** Anything but a text is coerced, as the replaced tool does (R-AD-042). */
function resultText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return textOf(value) ?? wellFormed(JSON.stringify(value));
}

function errorsOf(value: unknown): readonly string[] {
  return listOf(value)
    .slice(0, ERRORS_MAX)
    .map((error) => cut(resultText(error).trim(), ERROR_LENGTH_MAX))
    .filter((error) => error !== '');
}

/** Names of the refused tools, each once, in order (R-AD-051). */
export function deniedToolsOf(value: unknown): readonly string[] {
  const names = new Set<string>();
  for (const denial of listOf(value)) {
    if (names.size >= DENIED_TOOLS_MAX) break;
    names.add(cut(toolOf(denial), TOOL_NAME_LENGTH_MAX));
  }
  return [...names];
}

function toolOf(denial: unknown): string {
  const bag = bagOf(denial);
  if (bag === null) return resultText(denial) || 'unknown';
  return textOf(bag.tool_name) || textOf(bag.tool) || 'unknown';
}

/** Costs of all models together; absent when no model tells one. */
function costOf(models: unknown): number | undefined {
  const bag = bagOf(models);
  if (bag === null) return undefined;
  let usd = 0;
  for (const model of Object.values(bag)) {
    const cost = numberOf(bagOf(model)?.costUSD, USD_MAX);
    if (cost === undefined) return undefined;
    usd += cost;
  }
  return microUsdOf(usd);
}

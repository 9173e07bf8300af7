import type { TokensByModel } from '../../../core/schema/price-table.ts';
import type { ClaudeResult } from './result-event.ts';
import { addTokens } from './tokens.ts';

/** What a run used between its results, when each of them tells. */
export interface RunSums {
  readonly runMicroUsd: number | undefined;
  readonly runTokens: TokensByModel | undefined;
}

export const NO_SUMS: RunSums = { runMicroUsd: undefined, runTokens: undefined };

/** One more result; one that does not tell spoils the sum for good. */
export function addResult(before: RunSums, result: ClaudeResult, isFirst: boolean): RunSums {
  const microUsd = isFirst ? 0 : before.runMicroUsd;
  const tokens = isFirst ? {} : before.runTokens;
  const { sinceLastMicroUsd, sinceLastTokens } = result;
  return {
    runMicroUsd:
      microUsd === undefined || sinceLastMicroUsd === undefined ? undefined : microUsd + sinceLastMicroUsd,
    runTokens:
      tokens === undefined || sinceLastTokens === undefined ? undefined : addTokens(tokens, sinceLastTokens),
  };
}

import type { DispatchResult } from '../../schema/dispatch.ts';
import { clampSummary } from './clamps.ts';
import { charactersOf, cutCharacters } from './texts.ts';

/** A result by reference: its beginning, and where the rest is. */
export type RefPayload = Omit<DispatchResult, 'result' | 'partial_result'> & {
  /** Id of the finished job that holds the whole result. */
  readonly ref: string;
  /** Characters of the whole result. */
  readonly size: number;
  readonly summary_chars: number;
  readonly summary: string;
};

/** What a caller gets instead of a long result; everything but its text is there (R-AD-071, R-AD-072, R-ADX-022). */
export function refPayload(jobId: string, result: DispatchResult, summaryChars: number): RefPayload {
  const { agent, success, result: text, partial_result: _partial, ...rest } = result;
  const size = charactersOf(text);
  const chars = clampSummary(summaryChars);
  return {
    ref: jobId,
    agent,
    success,
    size,
    summary_chars: Math.min(size, chars),
    summary: cutCharacters(text, chars),
    ...rest,
  };
}

/** A result whose text was cut; `full_size` counts characters. */
export type CutResult = DispatchResult & {
  readonly truncated?: true;
  readonly full_size?: number;
  readonly offset?: number;
};

/** A page of a result: at most so many characters from an offset; 0 = all of them (R-AD-110). */
export function cutResult(result: DispatchResult, charsMax: number, offset = 0): CutResult {
  const skip = Math.max(0, Math.trunc(offset) || 0);
  const limit = Math.max(0, Math.trunc(charsMax) || 0);
  const rest = result.result.slice(cutCharacters(result.result, skip).length);
  const page = limit === 0 ? rest : cutCharacters(rest, limit);
  if (page.length === result.result.length) return result;
  return {
    ...result,
    result: page,
    truncated: true,
    full_size: charactersOf(result.result),
    ...(skip === 0 ? {} : { offset: skip }),
  };
}

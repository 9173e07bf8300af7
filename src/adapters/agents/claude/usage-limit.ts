import { speaksOfLimit } from '../../../core/policy/dispatch/classify-error.ts';
import type { ClaudeReading } from './reader.ts';
import { resetTimeOf } from './reset-time.ts';

/** The account's limit, when it is what ended a run. */
export interface UsageLimit {
  readonly resetAt: number | null;
  readonly text: string;
  /** Nothing but its words say so. */
  readonly guessed?: boolean;
}

const TOO_MANY_REQUESTS = 429;

/**
 * Is it the account that has no more? The CLI's figures decide; its words only where it gives none, and never those of an
 * agent that worked: a task may well be about rate limits.
 */
export function usageLimitOf(
  { result, apiError, limitResetAt, plainText, stderr }: ClaudeReading,
  nowMs: number,
): UsageLimit | null {
  const text = result === null ? plainText || stderr : result.text || result.errors.join('; ');
  const status = result?.apiStatus;
  const kind = result?.apiErrorType ?? apiError;
  const known = status !== undefined || kind !== undefined;
  const limited = known
    ? status === TOO_MANY_REQUESTS || (status === undefined && kind?.startsWith('rate_limit') === true)
    : speaksOfLimit(text);
  if (!limited) return null;
  const figures = known || limitResetAt !== undefined;
  const resetAt = limitResetAt ?? resetTimeOf(text, nowMs);
  return { resetAt, text: text.slice(0, TEXT_LENGTH_MAX), ...(figures ? {} : { guessed: true }) };
}

const TEXT_LENGTH_MAX = 500;

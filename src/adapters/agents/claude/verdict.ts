import { REASON_LENGTH_MAX } from '../../../core/limits.ts';
import { cut } from './lenient.ts';
import type { ClaudeResult } from './result-event.ts';

/** What a result event means for the run. */
export type Verdict =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryable: boolean };

/** Refusals of the provider that another try meets again: bad request, key, access, model, size. */
const LASTING_STATUS = new Set([400, 401, 403, 404, 413]);

/**
 * The event decides, not the exit code: refused tools leave it at 0, API errors come with the subtype `success`, an
 * interrupted run exits with 0 (R-AD-044, R-AD-047).
 */
export function verdictOf(result: ClaudeResult): Verdict {
  const failed = result.isError === true || result.subtype?.startsWith('error') === true;
  if (!failed) return { kind: 'succeeded' };
  const lasting = LASTING_STATUS.has(result.apiStatus ?? 0) || result.terminalReason === 'prompt_too_long';
  return { kind: 'failed', reason: cut(reasonOf(result), REASON_LENGTH_MAX), retryable: !lasting };
}

/** The rest of a sentence in a comment. Results of failures carry no text: the reason is in `errors`, else in the subtype (R-ADX-011). */
function reasonOf({ text, errors, subtype, terminalReason }: ClaudeResult): string {
  if (text.trim() !== '') return text.trim().replace(/([^.])\.$/, '$1');
  // Its `errors` then hold a line for its own developers.
  if (terminalReason?.startsWith('aborted')) return `the agent was interrupted (${terminalReason})`;
  if (errors.length > 0) return errors.join('; ');
  if (subtype !== undefined && subtype !== 'success') return `claude CLI reported '${subtype}'`;
  return 'the agent reported an error with no details';
}

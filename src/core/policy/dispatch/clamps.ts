import {
  DIALOGUE_ROUNDS_MAX,
  DISPATCH_TIMEOUT_SECONDS_MAX,
  DISPATCH_TIMEOUT_SECONDS_MIN,
  JOBS_LISTED_MAX,
  PARALLEL_ITEMS_FLOOR,
  PARALLEL_ITEMS_MAX,
  PARALLEL_ITEMS_PER_SLOT,
  PREVIEW_LINES_MAX,
  SUMMARY_CHARS_MAX,
  WAIT_SECONDS_MAX,
} from './limits.ts';

/** Seconds for this call only, 10 to 7200; null = the agent's own (R-AD-069). */
export function clampTimeout(seconds: number): number | null {
  if (Number.isNaN(seconds) || seconds <= 0) return null;
  return clamp(seconds, DISPATCH_TIMEOUT_SECONDS_MIN, DISPATCH_TIMEOUT_SECONDS_MAX);
}

/** Seconds to wait for a job, 1 to 3600 (R-AD-106). */
export const clampWait = (seconds: number): number => clamp(seconds, 1, WAIT_SECONDS_MAX);

/** Lines of a preview, 0 to 200 (R-AD-065). */
export const clampPreview = (lines: number): number => clamp(lines, 0, PREVIEW_LINES_MAX);

/** Characters of a summary, 0 to 100000 (R-AD-071). */
export const clampSummary = (chars: number): number => clamp(chars, 0, SUMMARY_CHARS_MAX);

/** Rounds of a dialogue, 1 to 10 (R-AD-087). */
export const clampRounds = (rounds: number): number => clamp(rounds, 1, DIALOGUE_ROUNDS_MAX);

/** Jobs in one list, 1 to 1000 (R-AD-109). */
export const clampJobsLimit = (limit: number): number => clamp(limit, 1, JOBS_LISTED_MAX);

/** Items that one parallel call may have (R-AD-080); one history carries them all (R-SYS-010). */
export const parallelItemsMax = (maxConcurrency: number): number =>
  Math.min(Math.max(PARALLEL_ITEMS_FLOOR, PARALLEL_ITEMS_PER_SLOT * maxConcurrency), PARALLEL_ITEMS_MAX);

function clamp(value: number, min: number, max: number): number {
  return Number.isNaN(value) ? min : Math.max(min, Math.min(Math.trunc(value), max));
}

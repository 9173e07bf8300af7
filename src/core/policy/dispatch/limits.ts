/** Bounds of agent-to-agent dispatch, as its wire knows them. */

export const DISPATCH_TIMEOUT_SECONDS_MIN = 10;
export const DISPATCH_TIMEOUT_SECONDS_MAX = 7_200;
export const WAIT_SECONDS_MAX = 3_600;
export const PREVIEW_LINES_MAX = 200;
export const PREVIEW_CHARS_PER_LINE = 200;
export const SUMMARY_CHARS_MAX = 100_000;
export const DIALOGUE_ROUNDS_MAX = 10;
export const DIALOGUE_GOAL_CHARS = 200;
export const JOBS_LISTED_MAX = 1_000;
/** Fewest items that one parallel call may always have, whatever the concurrency. */
export const PARALLEL_ITEMS_FLOOR = 100;
export const PARALLEL_ITEMS_PER_SLOT = 20;
/** Beyond it the start of its workflow might not fit into one message, nor its children into one history. */
export const PARALLEL_ITEMS_MAX = 2_000;
/** Of each answer an aggregator is shown at most this much. */
export const AGGREGATE_BLOCK_CHARS_MAX = 100_000;

export const DENIED_TOOLS_MAX = 10;
export const DENIED_TOOL_CHARS_MAX = 100;
export const REPORTED_ERRORS_MAX = 5;
export const REPORTED_ERROR_CHARS_MAX = 300;
export const PARTIAL_RESULT_CHARS_MAX = 16_384;
/** Longest value of a caller that an error text repeats. */
export const QUOTED_CHARS_MAX = 200;
/** A reply longer than this is not searched for JSON between its prose. */
export const PROSE_JSON_CHARS_MAX = 1_048_576;
/** Characters looked at, all tries together: brackets that never close must not hold up the process. */
export const PROSE_JSON_STEPS_MAX = 2 * PROSE_JSON_CHARS_MAX;
export const PROSE_JSON_TRIES_MAX = 1_000;

export const PROGRESS_LINES_MAX = 20;
export const PROGRESS_LINE_CHARS_MAX = 300;

export const USAGE_LINE_BYTES_MAX = 2_048;
export const USAGE_AGENT_CHARS_MAX = 100;
export const USAGE_CALLER_CHARS_MAX = 60;
/** From here on a duration or a price in the journal is taken for a broken one (R-ADX-035). */
export const USAGE_MS_IMPLAUSIBLE = 1e9;
export const USAGE_USD_IMPLAUSIBLE = 1e6;
/** Runs needed before anything is called typical (R-ADX-031). */
export const TYPICAL_RUNS_MIN = 3;
export const SUGGESTED_TIMEOUT_STEP_SECONDS = 30;

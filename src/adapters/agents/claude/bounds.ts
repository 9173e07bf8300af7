/** Bounds of what is kept of Claude Code's output, beside those of every agent in `core/limits.ts`. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** One line is one event, and the result carries the whole answer in one: 10 MB answers must fit. */
export const CLAUDE_LINE_BYTES_MAX = 16 * MIB;
/** Output that is no JSON, kept for agents that do not speak the protocol. */
export const PLAIN_TEXT_BYTES_MAX = 1 * MIB;
/** What a run event shows of a text (R-AD-055). */
export const EVENT_TEXT_LENGTH_MAX = 500;
/** A path that a tool names. */
export const FILE_LENGTH_MAX = 4_096;
/** The last words of an agent that was cut off. */
export const LAST_WORDS_LENGTH_MAX = 64 * KIB;
export const ERRORS_MAX = 5;
export const ERROR_LENGTH_MAX = 300;
export const DENIED_TOOLS_MAX = 10;
export const TOOL_NAME_LENGTH_MAX = 100;
export const NAME_LENGTH_MAX = 200;
/** Figures from here on are nonsense, not money or time (R-ADX-035). */
export const USD_MAX = 1e6;
export const TOKENS_MAX = 1e12;
export const DURATION_MS_MAX = 1e9;
/** Models of one run. */
export const MODELS_MAX = 100;
/** Messages whose usage is told apart by id. */
export const MESSAGES_MAX = 100_000;
/** How long `claude --help` may take. */
export const PROBE_MS_MAX = 5_000;
export const PROBE_BYTES_MAX = 1 * MIB;
/** Executables whose abilities are remembered. */
export const PROBES_KEPT_MAX = 100;

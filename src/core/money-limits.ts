const KIB = 1024;

/** Agents whose caps, costs and failures the governor carries, and the characters of their names together. */
export const BUDGET_AGENTS_MAX = 100;
export const BUDGET_NAMES_CHARS_MAX = 4 * KIB;
/** What a run will cost is learned from so many of the agent's last ones, once there are enough. */
export const LEARNED_COSTS_MAX = 20;
export const LEARNED_COSTS_MIN = 5;
/** Runs that ended without their cost and whose charge is put right when it comes. */
export const PRESUMED_RUNS_MAX = 50;
/** Failures of one agent that are remembered. */
export const BREAKER_FAILURES_MAX = 20;
export const BREAKER_SECONDS_MAX = 24 * 3600;

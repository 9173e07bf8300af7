/** Bounds of a ledger; those of boards in general are in `limits.ts`. */

/** Tasks one task may wait for. */
export const TASK_DEPENDENCIES_MAX = 200;
/** Tasks one run may file, so that an agent that loops does not fill the ledger (R-PROD-024). */
export const FILED_PER_RUN_MAX = 50;
/** Tasks filed by the run of a task that was filed by the run of a task …: a chain this long needs a person. */
export const FILED_CHAIN_MAX = 500;
export const TASK_PAYLOAD_BYTES_MAX = 64 * 1024;
/** 0 urgent … 5 someday; others are kept for scripts that use them. */
export const TASK_PRIORITY_MAX = 1_000;
export const DECISION_TEXT_LENGTH_MAX = 16 * 1024;
export const SEED_TASKS_MAX = 10_000;

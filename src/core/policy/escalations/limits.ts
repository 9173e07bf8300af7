/** Runs that an escalation tells of; the latest. */
export const ATTEMPTS_SHOWN_MAX = 20;
/** Of a description, a tail and each decision in an escalation, characters. */
export const ESCALATION_TEXT_LENGTH_MAX = 64_000;
export const ESCALATION_TAIL_LENGTH_MAX = 4_000;
export const ESCALATION_LINE_LENGTH_MAX = 1_000;
/** Other agents that are named as a way out. */
export const OTHER_AGENTS_SHOWN_MAX = 10;
/** Longest file name made of a task's id; a longer one is cut and gets a hash. */
export const ESCALATION_NAME_LENGTH_MAX = 120;
/** Longest note of a person to the next run. */
export const NOTE_LENGTH_MAX = 8_000;
/** Notes told to one run; the latest. */
export const NOTES_TOLD_MAX = 10;

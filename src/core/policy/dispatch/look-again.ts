import { SHARED_LOOK_MS_MAX, SHARED_LOOK_MS_MIN } from '../../dispatch-limits.ts';

/** What is noticed late is late by an eighth of the time it took. */
const SHARE = 8;

/**
 * When to look again for something that has been waited for so long (ms): each look is a few events of a history that
 * cannot be begun afresh, and what is waited for may stand in line for days.
 */
export function lookAgainMs(waitedMs: number): number {
  return Math.min(Math.max(waitedMs / SHARE, SHARED_LOOK_MS_MIN), SHARED_LOOK_MS_MAX);
}

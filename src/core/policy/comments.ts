import { LOST_RUNS_MAX } from '../limits.ts';

/** What the dispatcher writes on a task; the texts are part of the wire (4.F, 4.H). */

/** After every timeout (R-ART-055). */
export const timedOutComment = (limitMs: number): string =>
  `Agent timed out after ${secondsOf(limitMs)}s and was terminated.`;

/** After a run that was ended because it had gone silent. */
export const stalledComment = (silentMs: number): string =>
  `Agent produced no output for ${secondsOf(silentMs)}s and was terminated.`;

/** Before the task goes back to its source queue (R-ART-064). */
export const retryComment = (retry: number, retriesMax: number, reason: string): string =>
  `Retry ${retry}/${retriesMax}: ${reason}. Moving back to source queue for retry.`;

/** Exhausted, with or without a dead-letter queue (R-ART-066, R-ART-067). */
export const exhaustedComment = (retriesMax: number, hasDeadLetterQueue: boolean): string =>
  `Max retries (${retriesMax}) exhausted. ${whereTo(hasDeadLetterQueue)}`;

/** The one failure comment of a route without retries and dead-letter queue (R-ART-072). */
export const failedComment = (reason: string): string => `Agent failed: ${reason}.`;

/** A failure that no further try can mend, although retries are left (R-ART-075). */
export const notRetryableComment = (reason: string, hasDeadLetterQueue: boolean): string =>
  `Agent failed: ${reason}. Trying again cannot help. ${whereTo(hasDeadLetterQueue)}`;

/** A task that cost its worker LOST_RUNS_MAX times. */
export const lostComment = (hasDeadLetterQueue: boolean): string =>
  `Worker lost ${LOST_RUNS_MAX} times. ${whereTo(hasDeadLetterQueue)}`;

/** A person ended the run. */
export const CANCELLED_COMMENT = 'Run cancelled. Leaving the task in place until it is retried.';

/** Success, but the task stands where it stood (R-ART-050). */
export const notMovedComment = (queueName: string): string =>
  `Agent finished without moving the task; it is still in "${queueName}".`;

const whereTo = (hasDeadLetterQueue: boolean): string =>
  hasDeadLetterQueue ? 'Moving to dead-letter queue.' : 'No dead-letter queue configured; leaving in place.';

const secondsOf = (ms: number): number => ms / 1000;

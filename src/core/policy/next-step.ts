import { assertNever } from '../errors.ts';
import { LOST_RUNS_MAX, RETRY_BACKOFF_SECONDS_MAX } from '../limits.ts';
import type { AgentOutcome } from '../schema/agent-outcome.ts';
import {
  CANCELLED_COMMENT,
  exhaustedComment,
  failedComment,
  lostComment,
  notRetryableComment,
  retryComment,
  stalledComment,
  timedOutComment,
} from './comments.ts';

/** What was tried before this run: retries are counted apart from runs whose worker was lost. */
export interface RunCounters {
  readonly retryCount: number;
  readonly lostCount: number;
}

/** The route's settings as they were at the claim (R-ART-108). */
export interface RetrySettings {
  readonly maxRetries: number;
  /** Null: exhausted tasks are left in place. */
  readonly deadLetterQueue: string | null;
  /** Where a task goes that no further try can help; absent = the dead-letter queue (R-PROD-042). */
  readonly failedQueue?: string;
  readonly retryBackoffSeconds: number;
  readonly nonRetryableExitCodes: readonly number[];
}

/** What follows an agent run; `comments` are written in order, each as a comment of its own. */
export type NextStep =
  | { readonly kind: 'finish'; readonly comments: readonly string[] }
  /** It asked a person something: it waits where it is, without a slot, and goes on with the answer (R-SYS-026). */
  | { readonly kind: 'ask'; readonly comments: readonly string[] }
  | {
      readonly kind: 'retry';
      readonly retryCount: number;
      /** The retry's own comment, the last of `comments`. */
      readonly comment: string;
      readonly comments: readonly string[];
      readonly delayMs: number;
    }
  /** The worker was lost: run again, not counted as a retry (R-ART-061). */
  | { readonly kind: 'rerun'; readonly lostCount: number; readonly comments: readonly string[] }
  | { readonly kind: 'dead-letter'; readonly queue: string; readonly comments: readonly string[] }
  /** Exhausted without a dead-letter queue: stays where it is, flagged (R-ART-066). */
  | { readonly kind: 'leave'; readonly comments: readonly string[] }
  /** Stopped by us, not by its own fault: back to the source queue, nothing counted (R-ART-062). */
  | { readonly kind: 'return'; readonly comments: readonly string[] }
  | { readonly kind: 'cancelled'; readonly comment: string; readonly comments: readonly string[] };

type Outcome =
  | (AgentOutcome & { readonly limited?: boolean; readonly overBudget?: boolean; readonly asked?: boolean })
  | { readonly kind: 'worker-lost' };

/** What follows an agent run; every branch about it lives here. */
export function nextStep(outcome: Outcome, counters: RunCounters, settings: RetrySettings): NextStep {
  switch (outcome.kind) {
    case 'succeeded':
      return { kind: outcome.asked === true ? 'ask' : 'finish', comments: [] };
    case 'worker-lost':
      return afterLostWorker(counters.lostCount + 1, settings);
    case 'stopped':
      if (outcome.by !== 'cancel') return { kind: 'return', comments: [] };
      return { kind: 'cancelled', comment: CANCELLED_COMMENT, comments: [CANCELLED_COMMENT] };
    case 'failed':
      // The account rests until it has more: the next admission waits for that (R-SYS-021).
      if (outcome.limited === true) return { kind: 'return', comments: [] };
      // So does it when the budget has more (R-PROD-049).
      if (outcome.overBudget === true) return { kind: 'return', comments: [] };
      return afterFailure(failureOf(outcome, settings), counters, settings);
    case 'timed-out': {
      const notice = timedOutComment(outcome.limitMs);
      return afterFailure({ reason: 'timed out', notices: [notice], retryable: true }, counters, settings);
    }
    case 'stalled': {
      const notice = stalledComment(outcome.silentMs);
      const reason = `no output for ${outcome.silentMs / 1000}s`;
      return afterFailure({ reason, notices: [notice], retryable: true }, counters, settings);
    }
    default:
      return assertNever(outcome);
  }
}

interface Failure {
  readonly reason: string;
  /** Comments that stand before the one about what follows. */
  readonly notices: readonly string[];
  readonly retryable: boolean;
}

function failureOf(outcome: Extract<AgentOutcome, { kind: 'failed' }>, settings: RetrySettings): Failure {
  const { reason, exitCode } = outcome;
  const listed = exitCode !== undefined && settings.nonRetryableExitCodes.includes(exitCode);
  return { reason, notices: [], retryable: outcome.retryable && !listed };
}

function afterFailure(failure: Failure, { retryCount }: RunCounters, settings: RetrySettings): NextStep {
  const { reason, notices, retryable } = failure;
  const { maxRetries, deadLetterQueue } = settings;
  const left = retryCount < maxRetries;
  if (left && retryable) return retry(failure, retryCount + 1, settings);
  if (retryable) return giveUp([...notices, lastWord()], settings);
  const last = left ? notRetryableComment(reason, deadLetterQueue !== null) : lastWord();
  return giveUp([...notices, last], {
    ...settings,
    deadLetterQueue: settings.failedQueue ?? deadLetterQueue,
  });

  function lastWord(): string {
    if (maxRetries === 0 && deadLetterQueue === null) return failedComment(reason);
    return exhaustedComment(maxRetries, deadLetterQueue !== null);
  }
}

function retry({ reason, notices }: Failure, retryCount: number, settings: RetrySettings): NextStep {
  const comment = retryComment(retryCount, settings.maxRetries, reason);
  const delayMs = backoffMs(retryCount, settings.retryBackoffSeconds);
  return { kind: 'retry', retryCount, comment, comments: [...notices, comment], delayMs };
}

function afterLostWorker(lostCount: number, settings: RetrySettings): NextStep {
  if (lostCount < LOST_RUNS_MAX) return { kind: 'rerun', lostCount, comments: [] };
  return giveUp([lostComment(settings.deadLetterQueue !== null)], settings);
}

function giveUp(comments: readonly string[], { deadLetterQueue }: RetrySettings): NextStep {
  if (deadLetterQueue === null) return { kind: 'leave', comments };
  return { kind: 'dead-letter', queue: deadLetterQueue, comments };
}

/** Doubles with every retry; none = as soon as the board lets it (R-ART-075). */
function backoffMs(retryCount: number, seconds: number): number {
  return Math.min(seconds * 2 ** (retryCount - 1), RETRY_BACKOFF_SECONDS_MAX) * 1000;
}

import { setTimeout } from 'node:timers/promises';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** During Continue-As-New the server answers ResourceExhausted for some ms; the stock client would wait a second. */
const RETRY_FIRST_MS = 25;
const RETRY_MS_MAX = 500;
const TRIES_MAX = 12;

/**
 * Retries of calls, which can be ended: a retry that wakes up on a closed channel throws where nobody can catch it
 * and would end the process.
 */
export function createRetries() {
  const stock = defaultGrpcRetryOptions({
    initialIntervalMs: () => RETRY_FIRST_MS,
    maxIntervalMs: () => RETRY_MS_MAX,
    maxAttempts: TRIES_MAX,
  });
  let ended = false;
  let lastAt = 0;
  const interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !ended && stock.retryableDecider(attempt, status),
    delayFunction(attempt, status) {
      const delayMs = stock.delayFunction(attempt, status);
      lastAt = Math.max(lastAt, performance.now() + delayMs);
      return delayMs;
    },
  });
  return {
    interceptor,
    /** Allows no more of them and waits until those on their way have been sent; then the channel may close. */
    async end(): Promise<void> {
      ended = true;
      const leftMs = lastAt - performance.now();
      if (leftMs > -TIMER_SLACK_MS) await setTimeout(leftMs + TIMER_SLACK_MS);
    },
  };
}

const TIMER_SLACK_MS = 20;

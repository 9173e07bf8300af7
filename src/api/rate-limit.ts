import { AppError } from '../core/errors.ts';
import {
  RUN_REQUESTS_BURST_MAX,
  RUN_REQUESTS_PER_SECOND_MAX,
  RUN_TOKENS_COUNTED_MAX,
} from '../core/limits.ts';
import type { Authenticate } from './http-auth.ts';
import type { Identity } from './identity.ts';

interface Bucket {
  readonly left: number;
  readonly at: number;
}

/** Counts requests per key: a burst at once, then so many a second. Answers how long a refused one must wait (ms), or 0. */
export function createRateLimit(now: () => number = () => performance.now()): (key: string) => number {
  // In order of use: the one that has been quiet longest is forgotten first, and has a full burst again.
  const buckets = new Map<string, Bucket>();
  return (key) => {
    const at = now();
    const before = buckets.get(key) ?? { left: RUN_REQUESTS_BURST_MAX, at };
    const refilled = before.left + ((at - before.at) / 1000) * RUN_REQUESTS_PER_SECOND_MAX;
    const left = Math.min(RUN_REQUESTS_BURST_MAX, refilled);
    const granted = left >= 1;
    buckets.delete(key);
    buckets.set(key, { left: granted ? left - 1 : left, at });
    const oldest = buckets.keys().next();
    if (buckets.size > RUN_TOKENS_COUNTED_MAX && oldest.done !== true) buckets.delete(oldest.value);
    return granted ? 0 : ((1 - left) / RUN_REQUESTS_PER_SECOND_MAX) * 1000;
  };
}

/** An agent that calls in a loop must not keep the others from their turn; people and programs are not limited. */
export function limitRuns(authenticate: Authenticate, limit = createRateLimit()): Authenticate {
  const check = (identity: Identity): Identity => {
    const waitMs = identity.callingRun === null ? 0 : limit(identity.callingRun.runId);
    if (waitMs === 0) return identity;
    const seconds = Math.ceil(waitMs / 1000);
    throw new AppError(
      'too-many-requests',
      `a run may make ${RUN_REQUESTS_PER_SECOND_MAX} requests a second, ${RUN_REQUESTS_BURST_MAX} at once`,
      { hint: `try again in ${seconds} s`, details: { retry_after_seconds: seconds } },
    );
  };
  return (authorization) => {
    const identified = authenticate(authorization);
    return identified instanceof Promise ? identified.then(check) : check(identified);
  };
}

import type { Route } from '../schema/route.ts';

type PolledRoute = Pick<Route, 'queueName' | 'pollIntervalSeconds'>;

/** When each queue was last polled, epoch milliseconds. */
export type PollTimes = Readonly<Record<string, number>>;

/** Seconds between two looks at the clock: the shortest interval of all routes, so no queue starves (R-ART-027). */
export function tickSeconds(routes: readonly PolledRoute[], defaultSeconds: number): number {
  if (routes.length === 0) return defaultSeconds;
  return routes.reduce((least, { pollIntervalSeconds }) => Math.min(least, pollIntervalSeconds), Infinity);
}

/** Routes whose interval is over; never earlier, however short the tick (R-ART-028). */
export function dueRoutes<R extends PolledRoute>(
  routes: readonly R[],
  lastPollAt: PollTimes,
  now: number,
): readonly R[] {
  return routes.filter((route) => msUntilDue(route, lastPollAt, now) === 0);
}

/** Milliseconds until the next route is due; null without routes. */
export function nextDueInMs(
  routes: readonly PolledRoute[],
  lastPollAt: PollTimes,
  now: number,
): number | null {
  if (routes.length === 0) return null;
  return routes.reduce((least, route) => Math.min(least, msUntilDue(route, lastPollAt, now)), Infinity);
}

/** A last poll in the future means that the clock was set back: the queue is due. */
function msUntilDue(
  { queueName, pollIntervalSeconds }: PolledRoute,
  lastPollAt: PollTimes,
  now: number,
): number {
  const last = Object.hasOwn(lastPollAt, queueName) ? lastPollAt[queueName] : undefined;
  if (last === undefined || last > now) return 0;
  return Math.max(0, last + pollIntervalSeconds * 1000 - now);
}

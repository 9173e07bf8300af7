import type { Snapshot } from './effective-routes.ts';
import type { SnapshotCache } from './snapshot-cache.ts';

/** What a change made, and the routes as they are with it. */
export interface Changed<T> {
  readonly made: T;
  readonly after: Snapshot;
}

/** One change at a time, each on top of the latest state and seen by every read that follows (R-ART-084). */
export function createChangeQueue(cache: SnapshotCache) {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(make: (before: Snapshot) => Promise<T>): Promise<Changed<T>> => {
    const run = async (): Promise<Changed<T>> => {
      const made = await make(await cache.reload());
      return { made, after: await cache.reload() };
    };
    const result = last.then(run, run);
    last = result.catch(() => undefined);
    return result;
  };
}

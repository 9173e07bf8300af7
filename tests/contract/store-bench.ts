import { afterEach, beforeEach } from 'vitest';
import type { Store } from '../../src/core/ports/store.ts';

/** How one kind of store is put to the test. */
export interface StoreHarness {
  /** Stores made in one test with the same `place` share what they hold. */
  makeStore(config: { project: string; place: string; now: () => number }): Promise<Store>;
  /** False where a second store cannot be opened on the same place. */
  readonly shared: boolean;
}

export const START_MS = Date.UTC(2026, 0, 1);
export const DAY_MS = 24 * 3600 * 1000;

/** Makes the stores of a test, closes them after it, and keeps its clock. */
export interface StoreBench {
  make(project?: string): Promise<Store>;
  /** See {@link StoreHarness}. */
  readonly shared: boolean;
  now(): number;
  pass(ms: number): void;
}

export function createStoreBench({ makeStore, shared }: StoreHarness): StoreBench {
  let clock = START_MS;
  let place = 0;
  const open: Store[] = [];
  beforeEach(() => {
    clock = START_MS;
    place += 1;
  });
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
  });
  return {
    shared,
    async make(project = 'shop') {
      const store = await makeStore({ project, place: String(place), now: () => clock });
      open.push(store);
      return store;
    },
    now: () => clock,
    pass(ms) {
      clock += ms;
    },
  };
}

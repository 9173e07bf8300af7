import { expect, test } from 'vitest';
import { createStoreBench, type StoreHarness } from './store-bench.ts';
import { anEvent, aRun } from './store-builders.ts';
import { cacheContract } from './store-cache-contract.ts';
import { jobsContract } from './store-jobs-contract.ts';
import { noticesContract } from './store-notices-contract.ts';
import { projectionContract } from './store-projection-contract.ts';
import { questionsContract } from './store-questions-contract.ts';
import { recordsContract } from './store-records-contract.ts';
import { spendContract } from './store-spend-contract.ts';

/** The promises every store keeps. */
export function storeContract(name: string, harness: StoreHarness): void {
  const bench = createStoreBench(harness);
  recordsContract(name, bench);
  projectionContract(name, bench);
  jobsContract(name, bench);
  noticesContract(name, bench);
  cacheContract(name, bench);
  spendContract(name, bench);
  questionsContract(name, bench);

  test(`${name}: a closed store says so`, async () => {
    const store = await bench.make();
    await store.close();
    await store.close();
    await expect(store.records.getTaskState('1')).rejects.toThrow('the store is closed');
  });

  test.runIf(harness.shared)(`${name}: projects in one place do not see each other (R-SYS-027)`, async () => {
    const [shop, farm] = [await bench.make('shop'), await bench.make('farm')];
    await shop.records.putTaskState('1', { status: 'done' });
    await shop.projection.putRun(aRun());
    await shop.projection.appendEvents([anEvent()]);
    expect(await shop.records.takeLock('poller', 'a', 1_000)).toBe(true);
    expect(await farm.records.takeLock('poller', 'b', 1_000)).toBe(true);
    expect(await farm.records.getTaskState('1')).toBeNull();
    expect(await farm.projection.listRuns({ limit: 10 })).toEqual([]);
    expect((await farm.projection.appendEvents([anEvent()]))[0]?.seq).toBe(1);
    const again = await bench.make('shop');
    expect(await again.records.getTaskState('1')).toMatchObject({ status: 'done' });
    expect((await again.projection.appendEvents([anEvent()]))[0]?.seq).toBe(2);
  });
}

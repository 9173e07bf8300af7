import { expect, onTestFinished, test } from 'vitest';
import { tellStalePrices } from '../../src/activities/stale-prices-notice.ts';
import { createMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import { createNotices } from '../../src/adapters/notify/notices.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import type { Prices } from '../../src/core/ports/prices.ts';

const DAY_MS = 24 * 3_600_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

test('stale prices are told once per episode, in upstream’s line, until they are renewed (R-PROD-059)', async () => {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const store = await createSqliteStore({ dir: null, project: 'shop' });
  onTestFinished(() => store.close());
  const notices = createNotices({ box: store.notices, log, secrets: [] });
  const look = (days: number) => {
    const table = async () => ({ last_updated: daysAgo(days) }) as Awaited<ReturnType<Prices['table']>>;
    return tellStalePrices({ board: createMemoryBoard(), notices, log, prices: { table } });
  };
  const kept = () => store.notices.list({ limit: 10 });
  await look(90);
  expect(await kept()).toEqual([]);
  await look(91);
  await look(92);
  expect(await kept()).toMatchObject([
    {
      ...{ kind: 'pricing-stale', subject: 'Pricing table is stale', priority: 'low', resolvedAt: null },
      body: '- pricing table is 91 days old (>90). Run: dispatch pricing update',
    },
  ]);
  await look(0);
  expect((await kept())[0]?.resolvedAt).not.toBeNull();
  await look(120);
  expect(await kept()).toHaveLength(2);
});

import { describe, expect, test } from 'vitest';
import type { SpendRow } from '../../src/core/ports/spend.ts';
import { START_MS, type StoreBench } from './store-bench.ts';

/** A booking that names only what matters to the test. */
export function aSpendRow(fields: Partial<SpendRow> = {}): SpendRow {
  return {
    runId: 'run-1',
    agent: 'engineer',
    day: '2026-01-01',
    at: START_MS,
    microUsd: 1_230_000,
    reportedMicroUsd: 1_230_000,
    computedMicroUsd: null,
    known: true,
    surface: 'route',
    taskId: '1',
    jobId: null,
    ...fields,
  };
}

const UNKNOWN = { microUsd: 100_000, reportedMicroUsd: null, known: false } as const;

/** The promises of a store about money. */
export function spendContract(name: string, bench: StoreBench): void {
  describe(`${name}: spend`, () => {
    test('a run is booked once, whoever books it again (R-PROD-052)', async () => {
      const { records } = await bench.make();
      expect(await records.getSpend('run-1')).toBeNull();
      expect(await records.bookSpend(aSpendRow())).toEqual(aSpendRow());
      const again = await records.bookSpend(aSpendRow({ ...UNKNOWN, at: START_MS + 1 }));
      expect(again).toEqual(aSpendRow());
      expect(await records.bookSpend(aSpendRow({ microUsd: 9 }))).toEqual(aSpendRow());
      expect(await records.listSpend({ limit: 10 })).toEqual([aSpendRow()]);
    });

    test('a reservation gives way to what the run is known to have cost (R-PROD-056)', async () => {
      const { records } = await bench.make();
      await records.bookSpend(aSpendRow(UNKNOWN));
      const known = aSpendRow({ at: START_MS + 5, day: '2026-01-02' });
      expect(await records.bookSpend(known)).toEqual({ ...known, day: '2026-01-01' });
      expect((await records.spendTotals('2026-01-01')).total).toBe(1_230_000);
    });

    test('sums of the day by agent, of the month and of all, without runs that still go on', async () => {
      const { records } = await bench.make();
      const rows = [
        { runId: 'a', microUsd: 1, day: '2026-01-01' },
        { runId: 'b', microUsd: 20, day: '2026-01-02' },
        { runId: 'c', microUsd: 300, day: '2026-01-02', agent: 'qa', surface: 'dispatch' as const },
        { runId: 'd', microUsd: 4_000, day: '2025-12-31' },
        { runId: 'e', microUsd: 50_000, day: '2026-01-02', agent: 'constructor' },
      ];
      for (const row of rows) await records.bookSpend(aSpendRow(row));
      expect(await records.spendTotals('2026-01-02')).toEqual({
        agents: { engineer: 20, qa: 300, constructor: 50_000 },
        ...{ day: 50_320, month: 50_321, total: 54_321 },
      });
      expect(await records.spendTotals('2026-01-02', ['c', 'unknown'])).toMatchObject({
        agents: { engineer: 20 },
        ...{ day: 50_020, month: 50_021, total: 54_021 },
      });
      expect(await records.spendTotals('2026-02-01')).toEqual({
        agents: {},
        ...{ day: 0, month: 0, total: 54_321 },
      });
      const { agents, day } = await records.spendTotals('2026-01-02');
      expect(await records.spentOn('2026-01-02')).toEqual({ agents, day });
      expect(await records.spentOn('2026-01-02', 'dispatch')).toEqual({ agents: { qa: 300 }, day: 300 });
      expect(await records.spentOn('2026-02-01')).toEqual({ agents: {}, day: 0 });
      expect(await records.spentSince('2026-01-01')).toBe(50_321);
      expect(await records.spentSince('2026-01-03')).toBe(0);
    });

    test('lists narrow by day, agent, task and job, newest first; projects keep apart', async () => {
      const { records } = await bench.make();
      await records.bookSpend(aSpendRow({ runId: 'a', at: 1 }));
      await records.bookSpend(aSpendRow({ runId: 'b', at: 2, agent: 'qa', taskId: null, jobId: 'j' }));
      const ids = async (filter: object) =>
        (await records.listSpend({ ...filter, limit: 10 })).map(({ runId }) => runId);
      expect(await ids({})).toEqual(['b', 'a']);
      expect(await ids({ agent: 'qa' })).toEqual(['b']);
      expect(await ids({ taskId: '1' })).toEqual(['a']);
      expect(await ids({ jobId: 'j', day: '2026-01-01' })).toEqual(['b']);
      expect(await ids({ day: '2026-01-02' })).toEqual([]);
      const other = await bench.make('farm');
      expect(await other.records.listSpend({ limit: 10 })).toEqual([]);
    });

    test('sums stay exact far beyond a year of money', async () => {
      const { records } = await bench.make();
      for (let n = 0; n < 3; n += 1)
        await records.bookSpend(aSpendRow({ runId: `big${n}`, microUsd: 1_000_000_000_001 }));
      expect((await records.spendTotals('2026-01-01')).total).toBe(3_000_000_000_003);
    });
  });
}

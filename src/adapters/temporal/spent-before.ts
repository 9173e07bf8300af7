import type { RunId } from '../../core/ids.ts';
import { RELEASED_LEASES_KEPT_MAX } from '../../core/limits.ts';
import { BUDGET_AGENTS_MAX, LEARNED_COSTS_MAX } from '../../core/money-limits.ts';
import type { SpentBefore } from '../../core/policy/governor/initial.ts';
import { byName } from '../../core/policy/money/by-name.ts';
import { feeId, isFeeId } from '../../core/policy/money/fee.ts';
import { keep } from '../../core/policy/money/settle-cost.ts';
import { utcDay } from '../../core/policy/money/utc-day.ts';
import { roleOf } from '../../core/policy/roles/names.ts';
import type { SpendRow } from '../../core/ports/spend.ts';
import type { Records } from '../../core/ports/store.ts';

/** What the records know of money when a governor starts anew. */
export interface Booked {
  readonly spent: SpentBefore;
  /** Runs that are booked and over: told once more of their end, the new governor books nothing. */
  readonly settled: readonly RunId[];
}

/** Reads what was spent; runs that still hold their slot are left out, their release books them. */
export async function spentBefore(
  records: Pick<Records, 'spendTotals' | 'listSpend'>,
  open: readonly RunId[],
  now: number,
): Promise<Booked> {
  const [sums, latest] = await Promise.all([
    records.spendTotals(utcDay(now), [...open, ...open.map(feeId)]),
    records.listSpend({ limit: RELEASED_LEASES_KEPT_MAX }),
  ]);
  const over = latest.filter(({ runId }) => !open.includes(runId) && !isFeeId(runId)).reverse();
  return { spent: { sums: bounded(sums), recent: costsOf(over) }, settled: over.map(({ runId }) => runId) };
}

/** Rows oldest first. */
function costsOf(rows: readonly SpendRow[]): Readonly<Record<string, readonly number[]>> {
  const none: ReadonlySet<string> = new Set();
  let costs: Readonly<Record<string, readonly number[]>> = {};
  for (const { agent, microUsd, known } of rows) {
    if (known)
      costs = keep(
        costs,
        roleOf(agent),
        (before = []) => [...before, microUsd].slice(-LEARNED_COSTS_MAX),
        none,
      );
  }
  return costs;
}

/** Of very many agents those that spent most: the sums of all stay whole. */
function bounded(sums: SpentBefore['sums']): SpentBefore['sums'] {
  const most = Object.entries(byName(sums.agents)).sort(([, a], [, b]) => b - a);
  return { ...sums, agents: Object.fromEntries(most.slice(0, BUDGET_AGENTS_MAX)) };
}

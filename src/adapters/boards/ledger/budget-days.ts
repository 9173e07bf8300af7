import { utcDay } from '../../../core/policy/money/utc-day.ts';
import { addSpend, type CapsOf } from './budget.ts';
import type { LedgerAccess } from './lazy-ledger.ts';

/**
 * Opens the row of an agent's day with the first look at its cap, before anything is spent (R-PROD-053). Once for each
 * agent and day; an agent without a cap has no row until it spends.
 */
export function createBudgetDays({ write }: LedgerAccess, capsOf: CapsOf): (agent: string) => Promise<void> {
  const opened = new Map<string, string>();
  return async (agent) => {
    const day = utcDay(Date.now());
    const caps = capsOf(agent);
    if (caps.hardUsd === 0 || opened.get(agent) === day) return;
    await write((connection) => void addSpend(connection, { agent, day, usd: 0, caps }));
    opened.set(agent, day);
  };
}

import { BUDGET_AGENTS_MAX, BUDGET_NAMES_CHARS_MAX } from '../../money-limits.ts';
import { cappedAgents } from './caps.ts';
import type { BudgetState, Presumed, RunUsage } from './money-state.ts';
import { withCost } from './reservation.ts';
import { dayStart, monthOf, monthStart, utcDay } from './utc-day.ts';

/** A budget of which nothing is known yet. */
export const emptyBudget = (now: number): BudgetState => ({
  policy: null,
  overrides: [],
  day: utcDay(now),
  spent: { agents: {}, day: 0, month: 0, total: 0 },
  recent: {},
  told: [],
});

/** What a run that is over is booked for. */
export interface Booking {
  readonly agent: string;
  /** When it was let in (epoch ms): its cost counts for that UTC day, whenever it ends (R-PROD-052). */
  readonly at: number;
  readonly reservedMicroUsd: number;
  readonly usage: RunUsage | undefined;
}

/** What is charged: the cost, or the reservation while nobody knows the cost. Never less than nothing. */
export function chargeOf({ reservedMicroUsd, usage }: Pick<Booking, 'reservedMicroUsd' | 'usage'>): number {
  const cost = usage?.costMicroUsd ?? null;
  return cost !== null && Number.isFinite(cost) ? Math.max(0, Math.round(cost)) : reservedMicroUsd;
}

/** Books a run that is over. */
export function settleCost(budget: BudgetState, booking: Booking): BudgetState {
  const { agent, at, usage } = booking;
  const microUsd = chargeOf(booking);
  const booked = addSpent(budget, { agent, at, microUsd });
  const isKnown = (usage?.costMicroUsd ?? null) !== null && usage?.outcome !== 'none';
  if (!isKnown) return booked;
  const recent = keep(budget.recent, agent, (costs = []) => withCost(costs, microUsd), cappedAgents(budget));
  return { ...booked, recent };
}

/** Adds to the sums of its day, its month and all time, as far as they are still the present ones; less than nothing is not spent. */
export function addSpent(budget: BudgetState, { agent, at, microUsd }: Presumed): BudgetState {
  const { spent, day } = budget;
  const add = (sum = 0): number => Math.max(0, sum + microUsd);
  const isToday = at >= dayStart(day);
  return {
    ...budget,
    spent: {
      agents: isToday ? keep(spent.agents, agent, add, cappedAgents(budget)) : spent.agents,
      day: isToday ? add(spent.day) : spent.day,
      month: at >= monthStart(day) ? add(spent.month) : spent.month,
      total: add(spent.total),
    },
  };
}

/** A new UTC day: what was spent on the old one binds nobody any more. The clock going back changes nothing. */
export function rollDay(budget: BudgetState, now: number): BudgetState {
  const day = utcDay(now);
  if (day <= budget.day) return budget;
  const month = monthOf(day) === monthOf(budget.day) ? budget.spent.month : 0;
  return { ...budget, day, spent: { ...budget.spent, agents: {}, day: 0, month }, told: [] };
}

/**
 * The record with one agent's value renewed, as its latest. Beyond the bound the agents without a cap are forgotten, the
 * longest unheard of first: their sums bind nobody.
 */
export function keep<V>(
  record: Readonly<Record<string, V>>,
  agent: string,
  renew: (value: V | undefined) => V,
  kept: ReadonlySet<string>,
): Readonly<Record<string, V>> {
  const before = Object.hasOwn(record, agent) ? record[agent] : undefined;
  const entries = Object.entries(record).filter(([name]) => name !== agent);
  entries.push([agent, renew(before)]);
  let chars = entries.reduce((sum, [name]) => sum + name.length, 0);
  let count = entries.length;
  const fits = () => count <= BUDGET_AGENTS_MAX && chars <= BUDGET_NAMES_CHARS_MAX;
  const isKept = ([name]: readonly [string, V]): boolean => {
    if (fits() || kept.has(name)) return true;
    count -= 1;
    chars -= name.length;
    return false;
  };
  return fits() ? Object.fromEntries(entries) : Object.fromEntries(entries.filter(isKept));
}

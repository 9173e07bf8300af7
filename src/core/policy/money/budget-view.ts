import { CAP_PERIODS, capOf, cappedAgents } from './caps.ts';
import type { BudgetState, CapPeriod } from './money-state.ts';
import { heldBy, leftIn, type MoneyLease } from './purse.ts';
import { reservationOf } from './reservation.ts';

/** How a cap stands; a cap of zero disables, it is not hit (R-PROD-051). */
export type CapState = 'no-cap' | 'ok' | 'soft-cap' | 'cap-hit' | 'disabled';

/** One sum and the cap on it, integer micro-dollars. */
export interface CapView {
  /** Null = none. */
  readonly capMicroUsd: number | null;
  readonly spentMicroUsd: number;
  readonly heldMicroUsd: number;
  /** Never negative; null = no cap. */
  readonly leftMicroUsd: number | null;
  readonly state: CapState;
}

/** How the money of a project stands. */
export interface BudgetView {
  readonly project: readonly (CapView & { readonly period: CapPeriod })[];
  /** All with a cap of their own, and all that spent or run today. */
  readonly agents: readonly (CapView & { readonly agent: string; readonly reservationMicroUsd: number })[];
}

/** Everything people want to know of a budget at a glance. */
export function viewBudget(budget: BudgetState, leases: readonly MoneyLease[]): BudgetView {
  const held = heldBy(budget, leases);
  const { agents, day: daily, month: monthly, total } = budget.spent;
  const spent = { daily, monthly, total };
  const ratio = budget.policy?.softRatio ?? SOFT_RATIO;
  const names = new Set([...cappedAgents(budget), ...Object.keys(agents), ...held.agents.keys()]);
  const caps = CAP_PERIODS.flatMap((period) => capOf(budget, { scope: 'project', period }) ?? []);
  return {
    project: CAP_PERIODS.map((period) => ({
      period,
      ...viewCap(capOf(budget, { scope: 'project', period }), spent[period], held[period], ratio),
    })),
    agents: [...names].sort().map((agent) => {
      const cap = capOf(budget, { scope: 'agent', name: agent });
      const own = Object.hasOwn(agents, agent) ? (agents[agent] ?? 0) : 0;
      const smallest = Math.min(...caps, cap ?? Number.POSITIVE_INFINITY);
      return {
        agent,
        ...viewCap(cap, own, held.agents.get(agent) ?? 0, ratio),
        reservationMicroUsd: reservationOf(budget, agent, smallest),
      };
    }),
  };
}

/** From this share of a cap on people are warned where no configuration says otherwise. */
export const SOFT_RATIO = 0.8;

/** How far a cap is used up by what is settled (R-PROD-051). */
export function capState(capMicroUsd: number | null, spentMicroUsd: number, ratio: number): CapState {
  if (capMicroUsd === null) return 'no-cap';
  if (capMicroUsd === 0) return 'disabled';
  if (spentMicroUsd >= capMicroUsd) return 'cap-hit';
  return spentMicroUsd > 0 && spentMicroUsd >= capMicroUsd * ratio ? 'soft-cap' : 'ok';
}

function viewCap(
  capMicroUsd: number | null,
  spentMicroUsd: number,
  heldMicroUsd: number,
  ratio: number,
): CapView {
  const left =
    capMicroUsd === null ? null : leftIn({ cap: 'daily', capMicroUsd, spentMicroUsd, heldMicroUsd });
  return {
    ...{ capMicroUsd, spentMicroUsd, heldMicroUsd },
    leftMicroUsd: left === null ? null : Math.max(0, left),
    state: capState(capMicroUsd, spentMicroUsd, ratio),
  };
}

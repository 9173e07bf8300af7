import type { BudgetState } from '../../../../src/core/policy/money/money-state.ts';
import { emptyBudget } from '../../../../src/core/policy/money/settle-cost.ts';
import type { BudgetSettings } from '../../../../src/core/schema/settings.ts';

/** A dollar in micro-dollars. */
export const USD = 1_000_000;
export const NOON = Date.parse('2026-11-21T12:00:00Z');

/** Caps and reservations in micro-dollars; what is left out is none. */
export interface Caps {
  readonly daily?: number;
  readonly monthly?: number;
  readonly total?: number;
  readonly reservation?: number;
  readonly fee?: number;
  readonly agents?: Readonly<Record<string, { cap?: number; reservation?: number; escalates?: true }>>;
}

/** A budget as a configuration says it. */
export function aPolicy({ daily, monthly, total, reservation, fee, agents = {} }: Caps = {}): BudgetSettings {
  const own = Object.entries(agents).map(([name, agent]) => [
    name,
    {
      dailyMicroUsd: agent.cap ?? null,
      reservationMicroUsd: agent.reservation ?? null,
      onBudget: agent.escalates === true ? ('escalate' as const) : ('wait' as const),
    },
  ]);
  return {
    dailyMicroUsd: daily ?? null,
    monthlyMicroUsd: monthly ?? null,
    totalMicroUsd: total ?? null,
    softRatio: 0.8,
    defaultReservationMicroUsd: reservation ?? USD / 10,
    ...(fee === undefined ? {} : { dispatchFeeMicroUsd: fee }),
    agents: Object.fromEntries(own),
  };
}

/** A budget of which nothing is spent. */
export const aBudget = (caps: Caps = {}, now = NOON): BudgetState => ({
  ...emptyBudget(now),
  policy: aPolicy(caps),
});

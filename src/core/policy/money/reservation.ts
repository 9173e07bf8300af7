import { LEARNED_COSTS_MAX, LEARNED_COSTS_MIN } from '../../money-limits.ts';
import type { BudgetState } from './money-state.ts';

/** Held for a run where no configuration says otherwise: $0.10. */
export const RESERVATION_MICRO_USD = 100_000;

/**
 * What is held for a run of this agent: as configured, else what nine of ten of its last runs did not exceed, else the
 * default; neither of the latter is more than its smallest cap, so that a cap always lets something run (R-PROD-052).
 */
export function reservationOf({ policy, recent }: BudgetState, agent: string, capMicroUsd: number): number {
  const own = Object.hasOwn(policy?.agents ?? {}, agent) ? policy?.agents[agent] : undefined;
  if (own !== undefined && own.reservationMicroUsd !== null) return own.reservationMicroUsd;
  const costs = Object.hasOwn(recent, agent) ? (recent[agent] ?? []) : [];
  const fallback = policy?.defaultReservationMicroUsd ?? RESERVATION_MICRO_USD;
  return Math.min(costs.length < LEARNED_COSTS_MIN ? fallback : ninetieth(costs), capMicroUsd);
}

/** The costs with one more, the oldest forgotten. */
export const withCost = (costs: readonly number[], microUsd: number): readonly number[] =>
  [...costs, microUsd].slice(-LEARNED_COSTS_MAX);

function ninetieth(costs: readonly number[]): number {
  const sorted = [...costs].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? 0;
}

import { SOFT_RATIO } from '../../core/policy/money/budget-view.ts';
import { microUsdOf, usdOf } from '../../core/policy/money/dollars.ts';
import { BREAKER_DEFAULTS } from '../../core/policy/money/policy-of.ts';
import { RESERVATION_MICRO_USD } from '../../core/policy/money/reservation.ts';
import type { DispatchConfig } from '../../core/schema/config.ts';
import type { BreakerSettings, BudgetSettings, Settings } from '../../core/schema/settings.ts';

/** The budget of a configuration in whole micro-dollars; null = none. */
export function toBudget({ budget }: DispatchConfig): BudgetSettings | null {
  if (budget === undefined || budget === null) return null;
  const agents = Object.entries(budget.agents ?? {}).map(([name, agent]) => {
    const { daily_cap_usd, dispatch_reservation_usd, on_budget = 'wait' } = agent;
    const own = {
      dailyMicroUsd: microOrNull(daily_cap_usd),
      reservationMicroUsd: microOrNull(dispatch_reservation_usd),
      onBudget: on_budget,
    };
    return [name, own] as const;
  });
  return {
    dailyMicroUsd: microOrNull(budget.project_ceiling_usd),
    monthlyMicroUsd: microOrNull(budget.monthly_usd),
    totalMicroUsd: microOrNull(budget.total_usd),
    softRatio: budget.soft_cap_ratio ?? SOFT_RATIO,
    defaultReservationMicroUsd: microOrNull(budget.dispatch_reservation_usd) ?? RESERVATION_MICRO_USD,
    ...(budget.dispatch_fee_usd ? { dispatchFeeMicroUsd: microUsdOf(budget.dispatch_fee_usd) } : {}),
    agents: Object.fromEntries(agents),
  };
}

/**
 * When agents that keep failing are stopped. On where there are roles or the file has the key: what a plain route does
 * after failures is its own retries and its dead-letter queue.
 */
export function toBreaker({ breaker, roles }: DispatchConfig): BreakerSettings {
  const isWanted = breaker !== undefined || Object.keys(roles ?? {}).length > 0;
  return {
    enabled: breaker?.enabled ?? isWanted,
    failures: breaker?.failures ?? BREAKER_DEFAULTS.failures,
    windowSeconds: breaker?.window_seconds ?? BREAKER_DEFAULTS.windowSeconds,
    cooldownSeconds: breaker?.cooldown_seconds ?? BREAKER_DEFAULTS.cooldownSeconds,
    globalAgents: breaker?.global_agents ?? BREAKER_DEFAULTS.globalAgents,
  };
}

/** The values in force under their keys, for `dispatch config`. */
export function explainMoney({ budget, breaker }: Pick<Settings, 'budget' | 'breaker'>) {
  const usd = (microUsd: number | null | undefined) => (microUsd == null ? null : usdOf(microUsd));
  return [
    [['budget', 'project_ceiling_usd'], usd(budget?.dailyMicroUsd)],
    [['budget', 'monthly_usd'], usd(budget?.monthlyMicroUsd)],
    [['budget', 'total_usd'], usd(budget?.totalMicroUsd)],
    [['budget', 'soft_cap_ratio'], budget?.softRatio ?? SOFT_RATIO],
    [
      ['budget', 'dispatch_reservation_usd'],
      usd(budget?.defaultReservationMicroUsd ?? RESERVATION_MICRO_USD),
    ],
    [['budget', 'dispatch_fee_usd'], usd(budget?.dispatchFeeMicroUsd ?? 0)],
    ...Object.entries(budget?.agents ?? {}).flatMap(([name, agent]) => [
      [['budget', 'agents', name, 'daily_cap_usd'], usd(agent.dailyMicroUsd)] as const,
      [['budget', 'agents', name, 'dispatch_reservation_usd'], usd(agent.reservationMicroUsd)] as const,
      [['budget', 'agents', name, 'on_budget'], agent.onBudget] as const,
    ]),
    [['breaker', 'enabled'], breaker?.enabled ?? false],
    [['breaker', 'failures'], breaker?.failures ?? BREAKER_DEFAULTS.failures],
    [['breaker', 'window_seconds'], breaker?.windowSeconds ?? BREAKER_DEFAULTS.windowSeconds],
    [['breaker', 'cooldown_seconds'], breaker?.cooldownSeconds ?? BREAKER_DEFAULTS.cooldownSeconds],
    [['breaker', 'global_agents'], breaker?.globalAgents ?? BREAKER_DEFAULTS.globalAgents],
  ] as const;
}

const microOrNull = (usd: number | null | undefined): number | null =>
  usd === null || usd === undefined ? null : microUsdOf(usd);

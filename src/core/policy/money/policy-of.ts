import type { BreakerSettings, Settings } from '../../schema/settings.ts';
import type { MoneyPolicy } from './money-state.ts';

/** Where no configuration says otherwise; switched on by roles or by `breaker` in the configuration (R-PROD-063). */
export const BREAKER_DEFAULTS: BreakerSettings = {
  enabled: false,
  failures: 5,
  windowSeconds: 600,
  cooldownSeconds: 300,
  globalAgents: 2,
};

/** What the governor is held to, as the settings say it. */
export const moneyPolicyOf = ({ budget, breaker }: Pick<Settings, 'budget' | 'breaker'>): MoneyPolicy => ({
  budget: budget ?? null,
  breaker: breaker ?? BREAKER_DEFAULTS,
});

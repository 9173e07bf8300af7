import { capOf, cappedAgents } from '../../core/policy/money/caps.ts';
import type { BudgetState } from '../../core/policy/money/money-state.ts';
import type { AgentSpend } from '../../core/policy/report/facts.ts';
import type { BudgetSettings } from '../../core/schema/settings.ts';

/** The caps in force; 0 = none. */
export interface Caps {
  readonly alarmMicroUsd: number;
  readonly ceilingMicroUsd: number | null;
  ofAgent(agent: string): Pick<AgentSpend, 'capMicroUsd' | 'softCapMicroUsd'>;
}

/** Caps as the governor holds people to them, else as the settings say. */
export function capsOf(kept: BudgetState | undefined, settings: BudgetSettings | null): Caps {
  const budget = { policy: kept?.policy ?? settings, overrides: kept?.overrides ?? [] } as BudgetState;
  const daily = (name: string) => capOf(budget, { scope: 'agent', name }) ?? 0;
  const softRatio = budget.policy?.softRatio ?? 1;
  return {
    alarmMicroUsd: [...cappedAgents(budget)].reduce((sum, name) => sum + daily(name), 0),
    ceilingMicroUsd: capOf(budget, { scope: 'project', period: 'daily' }),
    ofAgent: (name) => ({ capMicroUsd: daily(name), softCapMicroUsd: Math.round(daily(name) * softRatio) }),
  };
}

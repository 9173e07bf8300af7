import type { BudgetState } from '../../adapters/boards/ledger/budget.ts';
import { AppError } from '../../core/errors.ts';
import { microUsdOf } from '../../core/policy/money/dollars.ts';
import { snakeOptions } from '../spelling.ts';
import { type CamelNamed, withCamelNames } from './camel-names.ts';
import type { LedgerClient } from './ledger-client.ts';
import { LedgerError } from './ledger-error.ts';

/** An agent has spent more than its cap of the day (R-PROD-050). */
export class BudgetExceeded extends LedgerError {
  override readonly name = 'BudgetExceeded';
}

/** Caps in dollars per UTC day. */
export interface BudgetTrackerOptions {
  readonly role_caps: Readonly<Record<string, { readonly daily_cap_usd?: number }>>;
  /** Of all agents together. */
  readonly project_ceiling_usd: number;
  /** From this share of a cap on it is nearly used up; 0.8 when absent. */
  readonly soft_cap_ratio?: number;
}

class SnakeBudgetTracker {
  readonly #ledger: LedgerClient;
  readonly #options: Required<BudgetTrackerOptions>;

  constructor(ledger: LedgerClient, options: BudgetTrackerOptions | Record<string, unknown>) {
    this.#ledger = ledger;
    this.#options = {
      soft_cap_ratio: 0.8,
      ...snakeOptions('BudgetTracker', options),
    } as Required<BudgetTrackerOptions>;
  }

  #state(agent: string, deltaUsd: number): BudgetState {
    const { role_caps, soft_cap_ratio } = this.#options;
    const hard_cap_usd = role_caps[agent]?.daily_cap_usd ?? 0;
    return this.#ledger.update_budget(agent, deltaUsd, { hard_cap_usd, soft_cap_ratio });
  }

  /** Would so much still fit under the agent's cap and the project's? An unknown agent's cap is 0. */
  can_spend(agent: string, usd: number): boolean {
    if (!(usd >= 0)) throw new AppError('invalid-input', 'usd: must not be negative');
    const [spent, , hard] = this.#state(agent, 0);
    const fits = (booked: number, cap: number) => microUsdOf(booked + usd) <= microUsdOf(cap);
    return fits(spent, hard) && fits(this.#ledger.total_spend_today(), this.#options.project_ceiling_usd);
  }

  /** Is the cap nearly used up, but not yet? */
  soft_warn(agent: string): boolean {
    const [spent, soft, hard] = this.#state(agent, 0);
    return spent >= soft && spent < hard;
  }

  /** Books what was spent with its audit row; `BudgetExceeded` when it was too much, booked all the same. */
  record_spend(
    agent: string,
    usd: number,
    { task_id = null, api = 'unknown' }: { readonly task_id?: string | null; readonly api?: string } = {},
  ): BudgetState {
    const state = this.#ledger.transaction(() => {
      const booked = this.#state(agent, usd);
      const detail = { api, delta_usd: usd, spent_usd: booked[0] };
      this.#ledger.append_audit({ agent_owner: agent, action: 'cost', detail, cost_usd: usd, task_id });
      return booked;
    });
    const [spent, , hard] = state;
    if (spent <= hard) return state;
    throw new BudgetExceeded(`${agent} hard cap $${hard.toFixed(2)} breached: spent $${spent.toFixed(2)}`);
  }
}

/** Daily caps over a ledger's table `budget` (R-PROD-054); each method also has its name in camelCase. */
export const BudgetTracker: new (
  ledger: LedgerClient,
  options: BudgetTrackerOptions | Record<string, unknown>,
) => CamelNamed<SnakeBudgetTracker> = withCamelNames(SnakeBudgetTracker);
export type BudgetTracker = CamelNamed<SnakeBudgetTracker>;

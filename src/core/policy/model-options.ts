import type { ModelOptions } from '../schema/model-options.ts';
import type { AgentSpec } from '../schema/route.ts';
import { protocolText } from './dispatch/protocol-text.ts';
import { capMicroUsdOf } from './dispatch/texts.ts';

/** What an agent of the configuration is held to on every run of a route; kinds without a model ignore it (R-ADX-024). */
export function modelOptionsOf({ name, options }: Pick<AgentSpec, 'name' | 'options'>): ModelOptions {
  const budgetUsd = typeof options.max_budget_usd === 'number' ? options.max_budget_usd : 0;
  return {
    model: text(options.model),
    permissionMode: text(options.permission_mode),
    allowedTools: texts(options.allowed_tools),
    disallowedTools: texts(options.disallowed_tools),
    // 0 = no cap, as in agents.yaml (R-AD-095).
    budgetMicroUsd: budgetUsd > 0 ? capMicroUsdOf(budgetUsd) : null,
    systemPrompt: protocolText({ ...NO_CALLER, agent: name, instructions: text(options.instructions) ?? '' }),
  };
}

/** A route's agent has no caller to report to: only its standing instructions are told. */
const NO_CALLER = { caller: '', timeoutSeconds: 0, maxBudgetUsd: null, json: false, dispatchProtocol: false };

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

import type { AgentRequest } from '../../../core/ports/agent.ts';
import { NO_MODEL_OPTIONS } from '../../../core/schema/model-options.ts';

/** A request held to its allowance, and whether that is the tighter of its caps. */
export interface HeldRequest {
  readonly request: AgentRequest;
  /** The allowance is what would end it: its agent's own cap is wider, or there is none. */
  readonly allowanceBinds: boolean;
}

/** Of the agent's own cap and what the budget leaves for this run the smaller one counts (R-PROD-052). */
export function heldToAllowance(request: AgentRequest): HeldRequest {
  const { allowanceMicroUsd = null, model = NO_MODEL_OPTIONS } = request;
  const own = model.budgetMicroUsd;
  if (allowanceMicroUsd === null || (own !== null && own < allowanceMicroUsd))
    return { request, allowanceBinds: false };
  // The CLI knows no cap of nothing.
  const budgetMicroUsd = Math.max(1, allowanceMicroUsd);
  return { request: { ...request, model: { ...model, budgetMicroUsd } }, allowanceBinds: true };
}

import type { DispatchResult } from '../../schema/dispatch.ts';

/**
 * May this answer be given again to an equal call? Only a whole success: what lacked a tool, money or its end would
 * keep being lacking after the cause was mended (R-AD-118, R-ADX-015, R-ADX-023).
 */
export function isCacheable(result: DispatchResult): boolean {
  const { success, denied_tools: denied = [], budget_exceeded: overspent = false, outcome } = result;
  const whole = outcome === undefined || outcome === 'done';
  return success && whole && denied.length === 0 && !overspent;
}

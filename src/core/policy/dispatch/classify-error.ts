import type { AgentReport } from '../../schema/agent-report.ts';
import type { DispatchResult } from '../../schema/dispatch.ts';

export type ErrorType = NonNullable<DispatchResult['error_type']>;

const PERMISSION_TEXTS = [
  'permission denied',
  'not allowed',
  'not permitted',
  'disallowed tool',
  'permission mode',
  'not have permission',
  'tool is not available',
  'tool_use is not allowed',
  'unauthorized',
];

/** Words of the account's limit, looked for only where no figure decides (R-ADX-032). */
const USAGE_LIMIT_TEXTS = [
  'session limit',
  'usage limit',
  'rate limit',
  'rate_limit',
  'too many requests',
  'quota exceeded',
];

/** What a text says of the cause, when nothing better is known (R-AD-042, R-ADX-032). */
export function classifyText(text: string): ErrorType {
  return speaksOfLimit(text) ? 'usage_limit' : permissionOrCli(text.toLowerCase());
}

/** Are these the words of an account that has no more? */
export function speaksOfLimit(text: string): boolean {
  const lower = text.toLowerCase();
  return USAGE_LIMIT_TEXTS.some((pattern) => lower.includes(pattern));
}

/**
 * Why an agent's own error came about. What is stated in a field of its own outranks words: budget, then the provider's
 * 429, then refused tools, then what else marks the account's limit (R-AD-053, R-ADX-010). Whether words mean that limit
 * has been decided by who filled the report: a task may well be about rate limits (R-ADX-032).
 */
export function classifyReport(report: AgentReport, denied: readonly string[], text: string): ErrorType {
  if (isBudgetStop(report)) return 'budget';
  if (report.apiStatus === 429) return 'usage_limit';
  if (denied.length > 0) return 'permission';
  if (report.usageLimit !== undefined) return 'usage_limit';
  if (report.apiStatus === 401 || report.apiStatus === 403) return 'permission';
  return permissionOrCli(text.toLowerCase());
}

/** Did its cap on money end it? */
export function isBudgetStop({
  subtype,
  terminalReason,
}: {
  readonly subtype?: string | undefined;
  readonly terminalReason?: string | undefined;
}): boolean {
  return subtype === 'error_max_budget_usd' || terminalReason === 'budget_exhausted';
}

function permissionOrCli(lower: string): ErrorType {
  return PERMISSION_TEXTS.some((pattern) => lower.includes(pattern)) ? 'permission' : 'cli_error';
}

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
  const lower = text.toLowerCase();
  if (USAGE_LIMIT_TEXTS.some((pattern) => lower.includes(pattern))) return 'usage_limit';
  return permissionOrCli(lower);
}

/**
 * Why an agent's own error came about. What the agent states in fields of its own outranks every text: budget, then
 * the account's limit, then refused tools, then the provider's status; only then words are looked at (R-AD-053,
 * R-ADX-010, R-ADX-032).
 */
export function classifyReport(report: AgentReport, denied: readonly string[], text: string): ErrorType {
  if (isBudgetStop(report)) return 'budget';
  if (report.usageLimit !== undefined || report.apiStatus === 429) return 'usage_limit';
  if (denied.length > 0) return 'permission';
  if (report.apiStatus === 401 || report.apiStatus === 403) return 'permission';
  // A reason of its own, or another status of the provider: "rate limit" in the text is then the task's affair.
  const explained = report.apiStatus !== undefined || !couldBeProvider(report.terminalReason);
  return explained ? permissionOrCli(text.toLowerCase()) : classifyText(text);
}

function isBudgetStop({ subtype, terminalReason }: AgentReport): boolean {
  return subtype === 'error_max_budget_usd' || terminalReason === 'budget_exhausted';
}

function couldBeProvider(terminalReason: string | undefined): boolean {
  return terminalReason === undefined || terminalReason === 'api_error';
}

function permissionOrCli(lower: string): ErrorType {
  return PERMISSION_TEXTS.some((pattern) => lower.includes(pattern)) ? 'permission' : 'cli_error';
}

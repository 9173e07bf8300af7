import { AGENT_TIMEOUT_SECONDS_MAX } from '../limits.ts';
import { quoted } from './dispatch/texts.ts';

/** Names of agents and groups in agents.yaml, the whole string (R-AD-018). */
export const AGENT_FILE_NAME_PATTERN = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,199}$/;

/** What is wrong with this name, or null. */
export function nameProblem(name: string, what: 'agent' | 'group' = 'agent'): string | null {
  if (AGENT_FILE_NAME_PATTERN.test(name)) return null;
  return `Invalid ${what} name: ${quoted(name)}. Use only letters, digits, hyphens, and underscores. Must start with a letter or digit.`;
}

/** What is wrong with a timeout in seconds, or null; the caller decides what 0 means (R-ADX-014). */
export function timeoutProblem(seconds: number, field = 'timeout'): string | null {
  if (!Number.isFinite(seconds)) return `${field} must be a finite number.`;
  if (seconds <= 0) return `${field} must be a positive number of seconds (got ${seconds})`;
  if (seconds > AGENT_TIMEOUT_SECONDS_MAX) {
    return `${field} must be at most ${AGENT_TIMEOUT_SECONDS_MAX} seconds (got ${seconds})`;
  }
  return null;
}

/** What is wrong with a budget in dollars, or null (R-ADX-014, R-ADX-040). */
export function budgetProblem(usd: number, field = 'max_budget_usd'): string | null {
  if (!Number.isFinite(usd)) return `${field} must be a finite number.`;
  return usd < 0 ? `${field} must be >= 0 (got ${usd})` : null;
}

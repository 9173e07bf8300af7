import type { AgentOutcome } from '../schema/agent-outcome.ts';
import { ROLE_KIND } from '../schema/role.ts';

/** Variables by which an agent has credentials of its own. */
const OWN_CREDENTIALS = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CONFIG_DIR',
  'HOME',
];

/** Who runs, as far as it matters for whose account it is. */
export interface AccountHolder {
  readonly kind: string;
  readonly name: string;
  /** Variables that the agent sets, beside those that all inherit. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The account with a model provider that an agent runs on; null = none that we know of. All agents of a kind share the
 * one that this user is logged in with, unless they bring their own (R-SYS-021).
 */
export function accountOf({ kind, name, env }: AccountHolder): string | null {
  if (kind === 'command') return null;
  const shared = kind.startsWith('claude-') || kind === ROLE_KIND ? 'claude' : kind;
  return OWN_CREDENTIALS.some((variable) => Object.hasOwn(env, variable)) ? `${shared}/${name}` : shared;
}

/** Longest a limit without a stated end is waited out, and one with it (ms). */
const UNSTATED_LIMIT_MS = 60_000;
const LIMIT_MS_MAX = 8 * 24 * 3_600_000;

/** Until when an account rests because of how a run ended. */
export interface AccountRest {
  /** Epoch milliseconds. */
  readonly until: number;
  readonly reason: string;
}

/**
 * Does this end mean that the account has no more for a while? What only an agent's words say counts when they also say
 * until when: a task may well be about limits (R-ADX-032, R-SYS-021).
 */
export function accountRest({ report }: AgentOutcome, nowMs: number): AccountRest | null {
  const limit = report?.usageLimit;
  if (limit === undefined) return null;
  const stated = limit.resetAt !== null && limit.resetAt > nowMs ? limit.resetAt : null;
  if (stated === null && limit.guessed === true) return null;
  const until = Math.min(stated ?? nowMs + UNSTATED_LIMIT_MS, nowMs + LIMIT_MS_MAX);
  return { until, reason: limit.text.replaceAll(/\s+/g, ' ').trim().slice(0, REASON_LENGTH_MAX) };
}

const REASON_LENGTH_MAX = 200;

import type { DispatchResult, DispatchSpec } from '../../schema/dispatch.ts';
import { quoted } from './texts.ts';

/** What is known of a call before it is let in. */
export interface GuardFacts {
  readonly agent: string;
  readonly spec: DispatchSpec;
  /** As the caller gave it; null = a fresh conversation. */
  readonly sessionId: string | null;
  /** What the caller's environment claims; no whole number from 0 up counts as 0. */
  readonly claimedDepth: number;
  /** Agents from the outermost caller down to this one, as we know them (R-AD-031). */
  readonly chain: readonly string[];
}

/** Why this call must not run, as its result; null = it may (R-AD-029, R-AD-031). */
export function guardRequest(facts: GuardFacts): DispatchResult | null {
  const tooDeep = depthText(facts);
  if (tooDeep !== null) return refusal(facts.agent, 'recursion', tooDeep);
  const flag = flagText(facts);
  return flag === null ? null : refusal(facts.agent, 'cli_error', flag);
}

/** How deep a call stands: what its environment claims, but never less than what we know. */
export function depthOf({ claimedDepth, chain }: Pick<GuardFacts, 'claimedDepth' | 'chain'>): number {
  const claimed = Number.isSafeInteger(claimedDepth) && claimedDepth > 0 ? claimedDepth : 0;
  return Math.max(claimed, chain.length - 1, 0);
}

/** The result of a dispatch that never ran. */
export function refusal(
  agent: string,
  errorType: NonNullable<DispatchResult['error_type']>,
  error: string,
): DispatchResult {
  return { agent, success: false, result: '', error, error_type: errorType };
}

function depthText(facts: GuardFacts): string | null {
  const depth = depthOf(facts);
  const max = facts.spec.maxDispatchDepth;
  if (depth < max) return null;
  const route = facts.chain.length < 2 ? '' : ` ${pathText(facts.chain)}`;
  const fix = 'Raise settings.max_dispatch_depth if agents are meant to call each other this deep.';
  return `Dispatch depth ${depth} >= max ${max}.${route} ${fix}`;
}

function pathText(chain: readonly string[]): string {
  const path = chain.join(' → ');
  const again = chain.slice(0, -1).includes(chain.at(-1) ?? '');
  return again ? `The calls form a cycle: ${path}.` : `Calls so far: ${path}.`;
}

function flagText({ spec: { options }, sessionId }: GuardFacts): string | null {
  const values: readonly (readonly [string, string])[] = [
    ['session_id', sessionId ?? ''],
    ['model', options.model ?? ''],
    ['permission_mode', options.permissionMode ?? ''],
    ...options.allowedTools.map((tool) => ['allowed tool', tool] as const),
    ...options.disallowedTools.map((tool) => ['disallowed tool', tool] as const),
  ];
  const found = values.find(([, value]) => value.startsWith('-'));
  if (found === undefined) return null;
  const [label, value] = found;
  return `Refusing to dispatch: ${label} ${quoted(value)} starts with '-' and would be interpreted as a command-line flag by the claude CLI.`;
}

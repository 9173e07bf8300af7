import { quoted } from './texts.ts';

/** The wire's error for an agent nobody configured (R-AD-005). */
export function unknownAgentText(name: string, names: Iterable<string>): string {
  return `Unknown agent: ${quoted(name)}. Available: ${[...names].join(', ') || '(none configured)'}`;
}

/** The same, as the tools that change agents put it (R-AD-097). */
export function agentNotFoundText(name: string, names: Iterable<string>): string {
  return `Agent ${quoted(name)} not found. Available: ${[...names].join(', ') || '(none)'}`;
}

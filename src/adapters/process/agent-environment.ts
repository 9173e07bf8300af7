/** Rules for the environment of an agent run. */
export interface EnvironmentRules {
  /** The environment of this process. */
  readonly parent: Readonly<Record<string, string | undefined>>;
  /** Variables that the task, route, agent config or the run itself adds. */
  readonly added: Readonly<Record<string, string>>;
  /** When given, only these names are inherited; `X_*` stands for every name that begins with `X_`. */
  readonly allowlist?: readonly string[] | undefined;
}

/** The environment to use, or the names that may not be set. */
export type AgentEnvironment =
  | { readonly kind: 'ready'; readonly env: Readonly<Record<string, string>> }
  | { readonly kind: 'refused'; readonly names: readonly string[] };

/** Addresses and keys of the engine, and tokens of ours: an agent talks to the API only (R-ART-047). */
const NEVER_INHERITED = /^TEMPORAL_|^DISPATCH_.*TOKEN/;
/** These make a program load code of somebody's choice, before it runs its own. */
const NEVER_ADDED = /^(?:NODE_OPTIONS|BASH_ENV|LD_.*|DYLD_.*)$/;

/**
 * The environment of one agent: the parent's whole (R-ART-044) but for the engine's variables and our tokens, then the
 * added ones. What is inherited is the operator's choice; what a task or route adds may not load code.
 */
export function agentEnvironment({ parent, added, allowlist }: EnvironmentRules): AgentEnvironment {
  const names = Object.keys(added).filter((name) => NEVER_ADDED.test(name));
  if (names.length > 0) return { kind: 'refused', names };
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value === undefined || NEVER_INHERITED.test(name)) continue;
    if (allowlist === undefined || allowlist.some((pattern) => matches(pattern, name))) env[name] = value;
  }
  return { kind: 'ready', env: { ...env, ...added } };
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

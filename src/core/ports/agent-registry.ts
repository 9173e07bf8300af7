import type { AgentGroup, AgentProfile, DispatchSettings } from '../schema/agent-profile.ts';

/** All agents at one moment. */
export interface AgentDirectory {
  /** In the order of their files. */
  readonly agents: ReadonlyMap<string, AgentProfile>;
  readonly groups: ReadonlyMap<string, AgentGroup>;
  readonly settings: DispatchSettings;
  /** Where new agents are written; also names the place in error texts. */
  readonly path: string;
  /** Why the file as it stands was not taken; the last good one is in force (R-AD-007). */
  readonly warning: string | null;
}

/** Fields of an agent as a caller sets them; absent = untouched, null = cleared (inherit). */
export type AgentPatch = Partial<{
  readonly directory: string;
  readonly description: string;
  readonly timeout: number | null;
  readonly max_budget_usd: number | null;
  readonly model: string | null;
  readonly permission_mode: string | null;
  readonly allowed_tools: readonly string[] | null;
  readonly disallowed_tools: readonly string[] | null;
  readonly capabilities: readonly string[];
  readonly risky_capabilities: readonly string[];
  readonly instructions: string;
}>;

/** Fields of a group as a caller sets them. */
export type GroupPatch = Partial<{
  readonly description: string;
  readonly shared_context: string;
  readonly members: readonly { readonly agent: string; readonly use_for: string }[];
}>;

/** Agents of every source in one list (R-SYS-023); writes go to agents.yaml alone, in place (R-AD-019). */
export interface AgentRegistry {
  /** Read anew when a file changed; cheap otherwise. Throws `invalid-config` when no good version was ever read. */
  read(): Promise<AgentDirectory>;
  /** Throws `conflict` for a name that is taken. */
  add(name: string, fields: AgentPatch & { readonly directory: string }): Promise<void>;
  /** Throws `agent-not-found`. */
  update(name: string, fields: AgentPatch): Promise<void>;
  remove(name: string): Promise<void>;
  putGroup(name: string, fields: GroupPatch, mode: 'add' | 'update'): Promise<void>;
  removeGroup(name: string): Promise<void>;
}

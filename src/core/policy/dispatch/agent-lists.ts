import type { FolderFacts, FolderPreviews, Preview } from '../../ports/agent-scan.ts';
import type { AgentProfile } from '../../schema/agent-profile.ts';
import type { Typical } from './usage-typical.ts';

/** The answer to a list of agents when there is none (R-AD-060). */
export const NO_AGENTS = 'No agents configured. Run: agent-dispatch add <name> <directory>';

type Fields = Readonly<Record<string, unknown>>;

/** One agent in a list: what a caller needs to choose, unset fields left out (R-AD-058, R-AD-059, R-ADX-004, R-ADX-031). */
export function agentEntry(profile: AgentProfile, facts: FolderFacts, typical: Typical | null): Fields {
  const healthy = facts.healthy === true;
  return {
    name: profile.name,
    directory: profile.directory,
    description: profile.description,
    healthy: facts.healthy,
    has_claude_md: healthy && facts.hasClaudeMd,
    has_mcp_config: healthy && facts.hasMcpConfig,
    ...(healthy ? filled({ mcp_servers: facts.mcpServers, stacks: facts.stacks, dbs: facts.dbs }) : {}),
    ...permissions(profile),
    ...filled({ capabilities: profile.capabilities, risky_capabilities: profile.riskyCapabilities }),
    ...(typical === null ? {} : { typical: usually(typical) }),
  };
}

/** What one agent is looked at with. */
export interface InspectionFacts {
  readonly facts: FolderFacts;
  /** Null = no previews were asked for. */
  readonly previews: FolderPreviews | null;
  /** Seconds it gets when a call names none. */
  readonly timeoutSeconds: number;
  readonly typical: Typical | null;
}

/** One agent in full; what lies in its folder is told only when the folder can be read (R-AD-064, R-AD-065, R-AD-066). */
export function agentInspection(profile: AgentProfile, inspection: InspectionFacts): Fields {
  const { facts, previews, timeoutSeconds, typical } = inspection;
  return {
    name: profile.name,
    directory: profile.directory,
    description: profile.description,
    timeout: timeoutSeconds,
    ...(profile.model ? { model: profile.model } : {}),
    ...(profile.maxBudgetUsd ? { max_budget_usd: profile.maxBudgetUsd } : {}),
    ...permissions(profile),
    ...filled({ capabilities: profile.capabilities, risky_capabilities: profile.riskyCapabilities }),
    ...(profile.instructions === '' ? {} : { instructions: profile.instructions }),
    ...(typical === null ? {} : { typical: usuallyInFull(typical) }),
    healthy: facts.healthy,
    ...(facts.healthy === true ? folder(facts, previews) : {}),
  };
}

function folder(facts: FolderFacts, previews: FolderPreviews | null): Fields {
  const { mcpServers, stacks, dbs, scanError } = facts;
  return {
    ...(scanError === null ? { mcp_servers: mcpServers, stacks, dbs } : { scan_error: scanError }),
    has_claude_md: facts.hasClaudeMd,
    has_readme: facts.hasReadme,
    has_mcp_config: facts.hasMcpConfig,
    ...preview('claude_md', previews?.claudeMd ?? null),
    ...preview('readme', previews?.readme ?? null),
  };
}

function preview(file: string, found: Preview | null): Fields {
  if (found === null) return {};
  return { [`${file}_preview`]: found.text, ...(found.truncated ? { [`${file}_truncated`]: true } : {}) };
}

/** A tool list is shown whenever it was set, also to nothing (R-AD-016). */
function permissions({ permissionMode, allowedTools, disallowedTools }: AgentProfile): Fields {
  return {
    ...(permissionMode ? { permission_mode: permissionMode } : {}),
    ...(allowedTools === null ? {} : { allowed_tools: allowedTools }),
    ...(disallowedTools === null ? {} : { disallowed_tools: disallowedTools }),
  };
}

function filled(lists: Readonly<Record<string, readonly string[]>>): Fields {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

function usually({ medianSeconds, p90Seconds, medianCostUsd }: Typical): Fields {
  return {
    ...rounded('median_seconds', medianSeconds, 1),
    ...rounded('p90_seconds', p90Seconds, 1),
    ...rounded('median_cost_usd', medianCostUsd, 4),
  };
}

function usuallyInFull(typical: Typical): Fields {
  const { dispatches, failed, outcomes } = typical;
  return {
    dispatches,
    ...(failed === 0 ? {} : { failed }),
    ...usually(typical),
    ...(Object.keys(outcomes).length === 0 ? {} : { outcomes }),
  };
}

function rounded(key: string, value: number | null, decimals: number): Fields {
  return value === null ? {} : { [key]: Number(value.toFixed(decimals)) };
}

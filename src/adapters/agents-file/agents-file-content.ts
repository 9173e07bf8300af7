import { dirname } from 'node:path';
import type { AgentGroup, AgentProfile, DispatchSettings } from '../../core/schema/agent-profile.ts';
import { absoluteFolder } from './absolute-folder.ts';
import type { AgentEntry, AgentsFileShape, GroupEntry, SettingsEntry } from './agents-file-schema.ts';

/** What agents.yaml says, with every default filled in. */
export interface AgentsFileContent {
  readonly agents: readonly AgentProfile[];
  readonly groups: readonly AgentGroup[];
  readonly settings: DispatchSettings;
}

/** The content of a checked file; relative directories start at the file's folder (R-AD-013…016, R-ADX-005). */
export function contentOf(file: AgentsFileShape, path: string): AgentsFileContent {
  const base = dirname(path);
  return {
    agents: Object.entries(file?.agents ?? {}).map(([name, entry]) => profileOf(name, entry, base)),
    groups: Object.entries(file?.groups ?? {}).map(([name, entry]) => groupOf(name, entry)),
    settings: settingsOf(file?.settings ?? null),
  };
}

function profileOf(name: string, entry: AgentEntry, base: string): AgentProfile {
  return {
    name,
    source: 'agents.yaml',
    kind: 'claude-cli',
    directory: absoluteFolder(entry.directory, base),
    description: entry.description ?? '',
    timeoutSeconds: entry.timeout || null,
    maxBudgetUsd: entry.max_budget_usd ?? null,
    model: entry.model || null,
    permissionMode: entry.permission_mode || null,
    allowedTools: entry.allowed_tools ?? null,
    disallowedTools: entry.disallowed_tools ?? null,
    capabilities: entry.capabilities ?? [],
    riskyCapabilities: entry.risky_capabilities ?? [],
    instructions: entry.instructions ?? '',
    command: [],
    env: {},
  };
}

function groupOf(name: string, entry: GroupEntry): AgentGroup {
  const members = (entry.members ?? []).map(({ agent, use_for }) => ({ agent, useFor: use_for ?? '' }));
  return { name, description: entry.description ?? '', sharedContext: entry.shared_context ?? '', members };
}

/** Settings of a file without any: the wire's defaults (R-AD-015). */
export const DEFAULT_SETTINGS: DispatchSettings = {
  defaultTimeoutSeconds: 300,
  defaultMaxBudgetUsd: null,
  defaultPermissionMode: null,
  defaultAllowedTools: [],
  defaultDisallowedTools: [],
  maxDispatchDepth: 3,
  maxConcurrency: 5,
  cache: { enabled: true, ttlSeconds: 300, maxSize: 1000 },
  dispatchProtocol: true,
  usageLog: true,
  jobRetentionDays: 0,
};

function settingsOf(entry: SettingsEntry | null): DispatchSettings {
  const defaults = DEFAULT_SETTINGS;
  if (entry === null) return defaults;
  const { cache } = entry;
  return {
    defaultTimeoutSeconds: entry.default_timeout || defaults.defaultTimeoutSeconds,
    defaultMaxBudgetUsd: entry.default_max_budget_usd ?? null,
    defaultPermissionMode: entry.default_permission_mode || null,
    defaultAllowedTools: entry.default_allowed_tools ?? [],
    defaultDisallowedTools: entry.default_disallowed_tools ?? [],
    maxDispatchDepth: entry.max_dispatch_depth ?? defaults.maxDispatchDepth,
    maxConcurrency: entry.max_concurrency ?? defaults.maxConcurrency,
    cache: {
      enabled: cache?.enabled ?? defaults.cache.enabled,
      ttlSeconds: cache?.ttl ?? defaults.cache.ttlSeconds,
      maxSize: cache?.max_size ?? defaults.cache.maxSize,
    },
    dispatchProtocol: entry.dispatch_protocol ?? defaults.dispatchProtocol,
    usageLog: entry.usage_log ?? defaults.usageLog,
    jobRetentionDays: entry.job_retention_days ?? defaults.jobRetentionDays,
  };
}

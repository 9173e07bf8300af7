import type { AgentProfile } from '../../core/schema/agent-profile.ts';
import type { AgentSpec } from '../../core/schema/route.ts';

/** An agent of dispatch.yaml as callers see it, and options that were left out because they make no sense. */
export interface SpecProfile {
  readonly profile: AgentProfile;
  readonly problems: readonly string[];
}

/** Reads the options that callers know from an agent of dispatch.yaml; its kind checks the rest. */
export function profileOfSpec(spec: AgentSpec, baseDir: string): SpecProfile {
  const problems: string[] = [];
  const take = <T>(key: string, wanted: string, read: (value: unknown) => T | undefined): T | null => {
    const value = spec.options[key];
    if (value === undefined || value === null) return null;
    const taken = read(value);
    if (taken === undefined) problems.push(`agents.${spec.name}.${key} of dispatch.yaml is not ${wanted}`);
    return taken ?? null;
  };
  const text = (key: string) => take(key, 'a text', asText);
  const texts = (key: string) => take(key, 'a list of texts', asTexts);
  const profile: AgentProfile = {
    name: spec.name,
    source: 'dispatch.yaml',
    kind: spec.kind,
    directory: spec.cwd ?? baseDir,
    description: text('description') ?? '',
    timeoutSeconds: spec.timeoutSeconds,
    maxBudgetUsd: take('max_budget_usd', 'a number >= 0', asBudget),
    model: text('model'),
    permissionMode: text('permission_mode'),
    allowedTools: texts('allowed_tools'),
    disallowedTools: texts('disallowed_tools'),
    capabilities: texts('capabilities') ?? [],
    riskyCapabilities: texts('risky_capabilities') ?? [],
    instructions: text('instructions') ?? '',
    command: spec.command,
    env: spec.env,
  };
  return { profile, problems };
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const asTexts = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;

const asBudget = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

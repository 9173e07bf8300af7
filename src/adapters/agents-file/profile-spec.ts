import type { AgentProfile, DispatchSettings } from '../../core/schema/agent-profile.ts';
import type { AgentSpec } from '../../core/schema/route.ts';

/** What the configuration says for agents that do not say it themselves; null = nothing. */
export interface InheritedLimits {
  readonly timeoutSeconds: number | null;
  readonly silenceSeconds: number | null;
}

/**
 * An agent of agents.yaml as a route runs it: what the file's settings say for all counts for it too (R-SYS-023). Of the
 * two files' defaults for timeouts the one of the routes comes first.
 */
export function specOfProfile(
  profile: AgentProfile,
  settings: DispatchSettings,
  inherited: InheritedLimits,
): AgentSpec {
  return {
    name: profile.name,
    kind: profile.kind,
    command: profile.command,
    promptVia: 'argument',
    cwd: profile.directory,
    env: profile.env,
    timeoutSeconds: profile.timeoutSeconds ?? inherited.timeoutSeconds ?? settings.defaultTimeoutSeconds,
    silenceSeconds: inherited.silenceSeconds,
    options: {
      model: profile.model,
      permission_mode: profile.permissionMode ?? settings.defaultPermissionMode,
      // A list that is empty on purpose is not filled (R-AD-016); a budget of 0 inherits (R-AD-023).
      allowed_tools: profile.allowedTools ?? settings.defaultAllowedTools,
      disallowed_tools: profile.disallowedTools ?? settings.defaultDisallowedTools,
      max_budget_usd: profile.maxBudgetUsd || settings.defaultMaxBudgetUsd,
      instructions: profile.instructions,
    },
  };
}

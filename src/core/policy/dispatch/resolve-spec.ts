import type { AgentProfile, DispatchSettings } from '../../schema/agent-profile.ts';
import type { DispatchRequest, DispatchSpec } from '../../schema/dispatch.ts';
import { clampTimeout } from './clamps.ts';
import { protocolText } from './protocol-text.ts';
import { capMicroUsdOf } from './texts.ts';

/**
 * Everything a dispatch runs with: of the call, else of the agent, else of the settings. Of budgets and timeouts a 0
 * inherits; a tool list that is empty on purpose does not (R-AD-016, R-AD-021, R-AD-022, R-AD-023, R-AD-069).
 */
export function resolveSpec(
  profile: AgentProfile,
  settings: DispatchSettings,
  request: DispatchRequest,
): DispatchSpec {
  const timeoutSeconds = timeoutOf(profile, settings, request);
  const maxBudgetUsd = given(profile.maxBudgetUsd) ?? given(settings.defaultMaxBudgetUsd);
  return {
    kind: profile.kind,
    directory: profile.directory,
    command: profile.command,
    timeoutSeconds,
    maxBudgetUsd,
    maxDispatchDepth: settings.maxDispatchDepth,
    options: {
      model: profile.model || null,
      permissionMode: profile.permissionMode || settings.defaultPermissionMode || null,
      allowedTools: profile.allowedTools ?? settings.defaultAllowedTools,
      disallowedTools: profile.disallowedTools ?? settings.defaultDisallowedTools,
      budgetMicroUsd: maxBudgetUsd === null ? null : capMicroUsdOf(maxBudgetUsd),
      systemPrompt: protocolText({
        agent: profile.name,
        caller: request.caller,
        timeoutSeconds,
        maxBudgetUsd,
        json: request.responseFormat === 'json',
        instructions: profile.instructions,
        dispatchProtocol: settings.dispatchProtocol,
      }),
    },
  };
}

/** Seconds this agent gets when the call names none. */
export function agentTimeoutSeconds(profile: AgentProfile, settings: DispatchSettings): number {
  return given(profile.timeoutSeconds) ?? settings.defaultTimeoutSeconds;
}

function timeoutOf(profile: AgentProfile, settings: DispatchSettings, request: DispatchRequest): number {
  const own = request.timeoutSeconds === null ? null : clampTimeout(request.timeoutSeconds);
  return own ?? agentTimeoutSeconds(profile, settings);
}

function given(value: number | null): number | null {
  return value === null || value <= 0 ? null : value;
}

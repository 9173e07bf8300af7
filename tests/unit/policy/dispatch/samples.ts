import type { AgentProfile, DispatchSettings } from '../../../../src/core/schema/agent-profile.ts';
import type { DispatchRequest } from '../../../../src/core/schema/dispatch.ts';

export const SESSION = '1b4e28ba-2fa1-41d2-883f-0016d3cca427';

export function aRequest(fields: Partial<DispatchRequest> = {}): DispatchRequest {
  return {
    agent: 'infra',
    task: 'Check the disks.',
    context: '',
    caller: '',
    goal: '',
    responseFormat: 'text',
    timeoutSeconds: null,
    group: '',
    ...fields,
  };
}

export function aProfile(fields: Partial<AgentProfile> = {}): AgentProfile {
  return {
    name: 'infra',
    source: 'agents.yaml',
    kind: 'claude-cli',
    directory: '/srv/infra',
    description: 'Servers',
    timeoutSeconds: null,
    maxBudgetUsd: null,
    model: null,
    permissionMode: null,
    allowedTools: null,
    disallowedTools: null,
    capabilities: [],
    riskyCapabilities: [],
    instructions: '',
    command: [],
    env: {},
    ...fields,
  };
}

export function theSettings(fields: Partial<DispatchSettings> = {}): DispatchSettings {
  return {
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
    ...fields,
  };
}

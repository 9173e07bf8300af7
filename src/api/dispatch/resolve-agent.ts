import { AppError } from '../../core/errors.ts';
import { unknownAgentText } from '../../core/policy/dispatch/unknown-agent.ts';
import type { AgentDirectory } from '../../core/ports/agent-registry.ts';
import type { AgentProfile } from '../../core/schema/agent-profile.ts';

/** The agent of this name. Throws `agent-not-found` with the names there are (R-AD-005). */
export function agentNamed({ agents }: AgentDirectory, name: string): AgentProfile {
  const profile = agents.get(name);
  if (profile === undefined) throw new AppError('agent-not-found', unknownAgentText(name, agents.keys()));
  return profile;
}

import { createClaudeAgent } from './adapters/agents/claude/agent.ts';
import { createCommandAgent } from './adapters/agents/command.ts';
import type { HostLedger } from './adapters/process/host-ledger.ts';
import { createProcessRunner } from './adapters/process/run-process.ts';
import type { Project } from './compose.ts';
import type { AgentAdapter } from './core/ports/agent.ts';

/** The kinds of agent every worker has; adapters of code build on them. */
export interface OwnAgents {
  readonly command: AgentAdapter;
  readonly claude: AgentAdapter;
}

/** Agents that are processes: one runner, so one way to hold and end them. */
export function ownAgents(project: Project, ledger: HostLedger): OwnAgents {
  const { environmentAllowlist } = project.settings();
  const config = {
    runner: createProcessRunner({ ledger }),
    parentEnv: project.env,
    ...(environmentAllowlist === null ? {} : { envAllowlist: environmentAllowlist }),
  };
  return { command: createCommandAgent(config), claude: createClaudeAgent(config) };
}

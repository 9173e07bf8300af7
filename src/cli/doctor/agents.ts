import { createAgentRegistry } from '../../adapters/agents-file/agent-registry.ts';
import { agentsFilePlace } from '../../adapters/agents-file/agents-file-path.ts';
import { createAgentScan } from '../../adapters/agents-file/scan/agent-scan.ts';
import { AppError } from '../../core/errors.ts';
import type { AgentDirectory } from '../../core/ports/agent-registry.ts';
import type { AgentGroup, AgentProfile } from '../../core/schema/agent-profile.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { Cli } from '../cli.ts';
import { type Finding, failed, ok, warning } from './check.ts';
import { checkClaude } from './claude.ts';

/** Can agents.yaml be read, and are its agents' folders and its groups' members there? (R-AD-138, R-ADX-009) */
export async function checkAgentsFile(
  env: Cli['io']['env'],
  project: Pick<Settings, 'agents' | 'baseDir'>,
): Promise<readonly Finding[]> {
  const agentsFile = agentsFilePlace(env);
  try {
    const directory = await createAgentRegistry({ agentsFile, settings: () => project }).read();
    const own = [...directory.agents.values()].filter(({ source }) => source === 'agents.yaml');
    const folders = await Promise.all(own.map(checkFolder));
    const groups = [...directory.groups.values()].map((group) => checkGroup(group, directory));
    const claude = await checkClaude(directory, { env, cwd: project.baseDir });
    return [summary(directory, own.length), ...folders.flat(), ...groups, ...claude];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [failed('agents.yaml', error.message, error.hint)];
  }
}

function summary({ path, groups, warning: problem }: AgentDirectory, agents: number): Finding {
  if (problem !== null) return warning('agents.yaml', problem);
  return ok('agents.yaml', `${path}, ${agents} agents, ${groups.size} groups`);
}

async function checkFolder({ name, directory }: AgentProfile): Promise<Finding[]> {
  const { healthy } = await createAgentScan().look(directory);
  if (healthy === true) return [];
  const problem = healthy === false ? 'is not there' : 'cannot be read';
  return [failed(`agent ${name}`, `${directory} ${problem}`, `dispatch agent remove ${name}`)];
}

function checkGroup({ name, members }: AgentGroup, { agents }: AgentDirectory): Finding {
  if (members.length === 0) {
    const fix = `dispatch group update ${name} --member <agent>`;
    return warning(`group ${name}`, 'has no members, so nothing can be handed to it', fix);
  }
  const unknown = members.map(({ agent }) => agent).filter((agent) => !agents.has(agent));
  if (unknown.length === 0) return ok(`group ${name}`, `${members.length} members`);
  return failed(
    `group ${name}`,
    `unknown members: ${unknown.join(', ')}`,
    `dispatch agent add ${unknown[0]} <directory>`,
  );
}

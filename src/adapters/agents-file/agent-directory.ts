import type { AgentDirectory } from '../../core/ports/agent-registry.ts';
import type { AgentProfile } from '../../core/schema/agent-profile.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { AgentsFileView } from './agents-file.ts';
import { profileOfSpec } from './spec-profile.ts';

type ProjectAgents = Pick<Settings, 'agents' | 'baseDir'>;

/** Joins the sources; the same inputs give the same directory object. */
export function createDirectoryCache(
  path: string,
): (file: AgentsFileView, project: ProjectAgents) => AgentDirectory {
  let last: { file: AgentsFileView; agents: ProjectAgents['agents']; directory: AgentDirectory } | null =
    null;
  return (file, project) => {
    if (last?.file === file && last.agents === project.agents) return last.directory;
    last = { file, agents: project.agents, directory: joined(path, file, project) };
    return last.directory;
  };
}

/** One name, one agent: the project's own file wins, and the meeting is told instead of merging the two. */
function joined(path: string, { content, warning }: AgentsFileView, project: ProjectAgents): AgentDirectory {
  const warnings = warning === null ? [] : [warning];
  const agents = new Map<string, AgentProfile>();
  for (const profile of content.agents) {
    if (Object.hasOwn(project.agents, profile.name)) {
      warnings.push(
        `agent '${profile.name}' stands in dispatch.yaml and in ${path}; the one of dispatch.yaml counts`,
      );
    } else {
      agents.set(profile.name, profile);
    }
  }
  for (const [name, spec] of Object.entries(project.agents)) {
    const { profile, problems } = profileOfSpec({ ...spec, name }, project.baseDir);
    // Roles are listed under a name that no file can give (R-SYS-023).
    agents.set(name, spec.name === name ? profile : { ...profile, source: 'role' });
    warnings.push(...problems);
  }
  return {
    agents,
    groups: new Map(content.groups.map((group) => [group.name, group])),
    settings: content.settings,
    path,
    warning: warnings.length === 0 ? null : warnings.join('; '),
  };
}

import { secondsOf, wordsOf } from '../../core/policy/resolve-agent.ts';
import { resolveRoute } from '../../core/policy/resolve-route.ts';
import type { AgentConfig, DispatchConfig, RouteEntry } from '../../core/schema/config.ts';
import { type AgentSpec, RouteConfig } from '../../core/schema/route.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { AgentsFileContent } from '../agents-file/agents-file-content.ts';
import { specOfProfile } from '../agents-file/profile-spec.ts';
import { absolutePath } from './absolute-path.ts';
import { resolveRoles } from './roles.ts';

type Defaults = Settings['defaults'];

const OWN_KEYS = new Set([
  ...['kind', 'command', 'prompt_via', 'cwd', 'directory', 'env', 'timeout', 'silence_timeout'],
]);

function toAgent(name: string, config: AgentConfig, defaults: Defaults, baseDir: string): AgentSpec {
  const cwd = config.cwd ?? config.directory;
  const command = config.command === undefined ? [] : wordsOf(config.command);
  return {
    name,
    kind: config.kind ?? 'command',
    command: [...command],
    promptVia: config.prompt_via ?? 'argument',
    cwd: cwd === undefined ? null : absolutePath(cwd, baseDir),
    env: config.env ?? {},
    timeoutSeconds: secondsOf(config.timeout, defaults.timeoutSeconds),
    silenceSeconds: secondsOf(config.silence_timeout, defaults.silenceSeconds),
    options: Object.fromEntries(Object.entries(config).filter(([key]) => !OWN_KEYS.has(key))),
  };
}

/** A file's route under the names we use inside; keys we do not know are left behind. */
export function toRouteConfig({ queue, prompt, ...route }: RouteEntry): RouteConfig {
  return RouteConfig.parse({
    ...route,
    queue_name: route.queue_name ?? queue,
    prompt_template: route.prompt_template ?? prompt,
  });
}

function toSharedAgents(
  shared: AgentsFileContent | null,
  defaults: Defaults,
): Pick<Settings, 'sharedAgents'> {
  if (shared === null || shared.agents.length === 0) return {};
  const specs = shared.agents.map((profile) => specOfProfile(profile, shared.settings, defaults));
  return { sharedAgents: Object.fromEntries(specs.map((spec) => [spec.name, spec])) };
}

/** What agents and routes are made of. */
export interface AgentSources {
  readonly defaults: Defaults;
  readonly baseDir: string;
  /** agents.yaml, where there is one. */
  readonly shared: AgentsFileContent | null;
}

type Resolved = Pick<Settings, 'agents' | 'sharedAgents' | 'routes'> &
  Required<Pick<Settings, 'routeConfigs' | 'roles'>> & { readonly rolePools: Settings['pools'] };

/** Agents, roles and routes of a checked configuration with everything inherited filled in. */
export function resolveAll(values: DispatchConfig, { defaults, baseDir, shared }: AgentSources): Resolved {
  const sharedAgents = toSharedAgents(shared, defaults);
  const roles = resolveRoles(values, { root: absolutePath(values.project_root ?? '.', baseDir), defaults });
  const own = Object.fromEntries(
    Object.entries(values.agents ?? {}).map(([name, agent]) => {
      const config = typeof agent === 'string' || Array.isArray(agent) ? { command: agent } : agent;
      return [name, toAgent(name, config, defaults, baseDir)];
    }),
  );
  const agents = { ...own, ...roles.agents };
  const routeConfigs = [...(values.routes ?? []).map(toRouteConfig), ...roles.routes];
  const routes = routeConfigs.map((config, index) =>
    resolveRoute(config, { agents, ...sharedAgents, defaults }, index, 'code'),
  );
  return { agents, ...sharedAgents, routes, routeConfigs, roles: roles.roles, rolePools: roles.pools };
}

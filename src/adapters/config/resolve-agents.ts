import { secondsOf, wordsOf } from '../../core/policy/resolve-agent.ts';
import { resolveRoute } from '../../core/policy/resolve-route.ts';
import type { AgentConfig, DispatchConfig, RouteEntry } from '../../core/schema/config.ts';
import { type AgentSpec, RouteConfig } from '../../core/schema/route.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { absolutePath } from './absolute-path.ts';

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

/** Agents and routes of a checked configuration with everything inherited filled in. */
export function resolveAll(
  values: DispatchConfig,
  defaults: Defaults,
  baseDir: string,
): Required<Pick<Settings, 'agents' | 'routes' | 'routeConfigs'>> {
  const agents = Object.fromEntries(
    Object.entries(values.agents ?? {}).map(([name, agent]) => {
      const config = typeof agent === 'string' || Array.isArray(agent) ? { command: agent } : agent;
      return [name, toAgent(name, config, defaults, baseDir)];
    }),
  );
  const routeConfigs = (values.routes ?? []).map(toRouteConfig);
  const routes = routeConfigs.map((config, index) =>
    resolveRoute(config, { agents, defaults }, index, 'code'),
  );
  return { agents, routes, routeConfigs };
}

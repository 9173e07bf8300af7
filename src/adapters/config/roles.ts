import { ROLES_POOL, rolePool } from '../../core/policy/pools.ts';
import { secondsOf, wordsOf } from '../../core/policy/resolve-agent.ts';
import { READ_ONLY_TOOLS, roleAgent, roleQueue } from '../../core/policy/roles/names.ts';
import type { DispatchConfig } from '../../core/schema/config.ts';
import { ROLE_KIND, type RoleConfig, type RoleSettings } from '../../core/schema/role.ts';
import type { AgentSpec, RouteConfig } from '../../core/schema/route.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { absolutePath } from './absolute-path.ts';

const DEFAULT_TURNS = 16;
const DEFAULT_TIMEOUT_SECONDS = 3_600;
/** One try and two more (R-PROD-041). */
export const ROLE_RETRIES_DEFAULT = 2;

/** What roles are where they are used: settings of their own, agents, routes and pools. */
export interface ResolvedRoles {
  readonly roles: Readonly<Record<string, RoleSettings>>;
  readonly agents: Readonly<Record<string, AgentSpec>>;
  readonly routes: readonly RouteConfig[];
  readonly pools: Readonly<Record<string, number>>;
}

/** Every role of the configuration as agent, route and settings: there is no other way to run one. */
export function resolveRoles(
  { roles }: DispatchConfig,
  { root, defaults }: { readonly root: string; readonly defaults: Settings['defaults'] },
): ResolvedRoles {
  const all = Object.entries(roles ?? {});
  return {
    roles: Object.fromEntries(all.map(([name, role]) => [name, toRole(role, root)])),
    agents: Object.fromEntries(
      all.map(([name, role]) => [roleAgent(name), toAgent(name, role, { root, defaults })]),
    ),
    routes: all.map(([name, role]) => toRoute(name, role)),
    pools: Object.fromEntries(
      all.flatMap(([name, { concurrency }]) => (concurrency ? [[rolePool(name), concurrency]] : [])),
    ),
  };
}

function toRole(role: RoleConfig, root: string): RoleSettings {
  return {
    promptPath: role.prompt ? absolutePath(role.prompt, root) : null,
    allowedTools: role.allowed_tools ?? [...READ_ONLY_TOOLS],
    disallowedTools: role.disallowed_tools ?? [],
    model: role.model ?? null,
    permissionMode: role.permission_mode ?? null,
    maxTurns: role.max_turns ?? DEFAULT_TURNS,
    expects: role.expects ?? null,
  };
}

function toAgent(
  name: string,
  role: RoleConfig,
  { root, defaults }: { readonly root: string; readonly defaults: Settings['defaults'] },
): AgentSpec {
  const { allowedTools, disallowedTools, model, permissionMode } = toRole(role, root);
  return {
    name,
    kind: role.kind ?? ROLE_KIND,
    command: role.command ? [...wordsOf(role.command)] : [],
    promptVia: 'argument',
    cwd: role.cwd ? absolutePath(role.cwd, root) : root,
    env: role.env ?? {},
    timeoutSeconds: secondsOf(role.timeout_seconds, DEFAULT_TIMEOUT_SECONDS),
    silenceSeconds: defaults.silenceSeconds,
    options: {
      model,
      permission_mode: permissionMode,
      allowed_tools: allowedTools,
      disallowed_tools: disallowedTools,
      max_budget_usd: role.max_budget_usd ?? null,
      description: typeof role.description === 'string' ? role.description : `role ${name}`,
    },
  };
}

function toRoute(name: string, role: RoleConfig): RouteConfig {
  return {
    queue_name: name,
    in_progress_queue: roleQueue(name, 'in_progress'),
    completed_queue: roleQueue(name, 'done'),
    dead_letter_queue: roleQueue(name, 'escalated'),
    failed_queue: roleQueue(name, 'failed'),
    agent: roleAgent(name),
    pool: role.concurrency ? rolePool(name) : ROLES_POOL,
    max_retries: role.max_retries ?? ROLE_RETRIES_DEFAULT,
    retry_backoff_seconds: role.retry_backoff_seconds ?? 0,
  };
}

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createClaudeAgent } from './adapters/agents/claude/agent.ts';
import { createCommandAgent } from './adapters/agents/command.ts';
import { createRoleAgent } from './adapters/agents/role/agent.ts';
import { sweepConfigDirs } from './adapters/agents/role/config-dir.ts';
import { authOf, findLogin } from './adapters/agents/role/login.ts';
import { userStateDir } from './adapters/local/user-state-dir.ts';
import type { HostLedger } from './adapters/process/host-ledger.ts';
import { createProcessRunner } from './adapters/process/run-process.ts';
import type { Project } from './compose.ts';
import { AppError } from './core/errors.ts';
import type { AgentAdapter } from './core/ports/agent.ts';
import { type AuthSettings, ROLE_KIND } from './core/schema/role.ts';

/** The kinds of agent every worker has; adapters of code build on them. */
export interface OwnAgents {
  readonly command: AgentAdapter;
  readonly claude: AgentAdapter;
  readonly role: AgentAdapter;
}

/** Agents that are processes: one runner, so one way to hold and end them. */
export function ownAgents(project: Project, ledger: HostLedger): OwnAgents {
  const { environmentAllowlist } = project.settings();
  const config = {
    runner: createProcessRunner({ ledger }),
    parentEnv: project.env,
    ...(environmentAllowlist === null ? {} : { envAllowlist: environmentAllowlist }),
  };
  const role = createRoleAgent({
    ...config,
    role: (name) => project.settings().roles?.[name] ?? null,
    auth: () => authSettings(project),
    projectRoot: () => projectRoot(project),
    configRoot: roleConfigRoot(project),
  });
  return { command: createCommandAgent(config), claude: createClaudeAgent(config), role };
}

/** What all roles are logged in with. */
const authSettings = ({ settings }: Project): AuthSettings =>
  settings().auth ?? { mode: 'auto', inheritPermissionMode: 'bypassPermissions' };

const projectRoot = ({ settings }: Project): string => settings().projectRoot ?? settings().baseDir;

/** Outside of the project, where agents work; named for it, because many share the user's folder. */
function roleConfigRoot({ env, settings }: Project): string {
  const name = createHash('sha256').update(settings().stateDir).digest('hex').slice(0, 16);
  return join(userStateDir(env), 'roles', name);
}

/**
 * Takes away what runs of roles have left that were killed with their worker, and says how roles are logged in. That
 * nothing could be isolated although nobody asked for that is kept for people (R-PROD-091).
 */
export async function prepareRoles(project: Project): Promise<void> {
  const { settings, env, log, context } = project;
  const roles = Object.values(settings().agents).filter(({ kind }) => kind === ROLE_KIND);
  await sweepConfigDirs(roleConfigRoot(project));
  if (roles.length === 0) return;
  const auth = authOf(authSettings(project).mode, findLogin(env, projectRoot(project)));
  if (typeof auth === 'string') throw new AppError('invalid-config', auth);
  const { authMode, isolation, fellBack } = auth;
  log.info({ auth: authMode, isolation }, `auth=${authMode}, isolation=${isolation}`);
  if (!fellBack) return void (await context.notices.resolve(AUTH_KEY));
  log.warn({}, FELL_BACK);
  await context.store.records.appendAudit({
    ...{ at: Date.now(), channel: 'worker', actor: 'dispatch', action: 'auth-fallback', subject: 'roles' },
    detail: { isolation, text: FELL_BACK },
  });
  const subject = 'Roles run with your own configuration';
  await context.notices.raise({ kind: 'anomaly', key: AUTH_KEY, subject, body: FELL_BACK });
}

const AUTH_KEY = 'roles/auth';
const FELL_BACK =
  'roles run with the whole configuration of this user, plugins and hooks included: there is no ANTHROPIC_API_KEY and no ~/.claude/.credentials.json. Set auth.mode to inherit if that is meant';

import { readFile } from 'node:fs/promises';
import { messageOf } from '../../../core/errors.ts';
import { roleOf } from '../../../core/policy/roles/names.ts';
import { createToolTrace } from '../../../core/policy/roles/tool-trace.ts';
import { modeFor } from '../../../core/policy/roles/tools.ts';
import { roleVerdict } from '../../../core/policy/roles/verdict.ts';
import type { AgentAdapter, AgentRequest, AgentRunIo } from '../../../core/ports/agent.ts';
import type { AgentOutcome } from '../../../core/schema/agent-outcome.ts';
import { type ModelOptions, NO_MODEL_OPTIONS } from '../../../core/schema/model-options.ts';
import { type AuthSettings, ROLE_KIND, type RoleSettings } from '../../../core/schema/role.ts';
import { type ClaudeAgentConfig, createClaudeAgent } from '../claude/agent.ts';
import { type LoginNews, makeConfigDir } from './config-dir.ts';
import { authOf, findLogin, type Login } from './login.ts';

/** What the agent of roles stands on. */
export interface RoleAgentConfig extends ClaudeAgentConfig {
  /** The role of this name as configured now; null = there is none. */
  role(name: string): RoleSettings | null;
  auth(): AuthSettings;
  /** Folder of the project: its `.env` may hold a key. */
  projectRoot(): string;
  /** Where runs get configuration folders of their own; outside of every project. */
  readonly configRoot: string;
}

/**
 * A role: Claude Code with the role's own system prompt, tools and login, everything else as for any Claude agent
 * (R-PROD-015, R-PROD-016, R-PROD-089…092). The environment is made anew for each run.
 */
export function createRoleAgent(config: RoleAgentConfig): AgentAdapter {
  async function run(request: AgentRequest, io: AgentRunIo): Promise<AgentOutcome> {
    const name = roleOf(request.agent ?? '');
    const role = config.role(name);
    if (role === null) return refused(`role not configured: ${name}`);
    const systemPrompt = await promptOf(name, role);
    if (typeof systemPrompt === 'object' && systemPrompt !== null) return refused(systemPrompt.missing);
    const login = findLogin(config.parentEnv, config.projectRoot());
    const auth = authOf(config.auth().mode, login);
    if (typeof auth === 'string') return refused(auth);
    const { authMode, isolation } = auth;
    const text = `auth=${authMode}, isolation=${isolation}`;
    io.onEvent('system', { text, kind: 'auth', authMode, configIsolation: isolation });
    const tell = (news: LoginNews) => io.onEvent('system', { text: loginText(news, login), kind: 'auth' });
    const dir = isolation === 'inherit' ? null : await configDir(config, request, { ...login, tell });
    const trace = createToolTrace();
    const mode = isolation === 'inherit' ? config.auth().inheritPermissionMode : 'acceptEdits';
    const model = modelOf(request.model ?? NO_MODEL_OPTIONS, role, { systemPrompt, mode });
    try {
      const outcome = await createClaudeAgent({ ...config, parentEnv: inherited(config) }).run(
        { ...request, model, env: { ...request.env, ...added(config, login.apiKey, dir?.path ?? null) } },
        {
          ...io,
          onEvent(type, data) {
            trace.event(type, data);
            io.onEvent(type, data);
          },
        },
      );
      const judged = roleVerdict(outcome, role, trace);
      const setup = { authMode, configIsolation: isolation, systemPrompt, tools: model.onlyTools ?? [] };
      return judged.report === undefined ? judged : { ...judged, report: { ...judged.report, setup } };
    } finally {
      await dir?.remove();
    }
  }
  return { kind: ROLE_KIND, run };
}

/** The role file as it is now (R-PROD-016); null = the CLI keeps its own system prompt. */
async function promptOf(name: string, { promptPath }: RoleSettings) {
  if (promptPath === null) return null;
  try {
    return await readFile(promptPath, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const what = missing ? 'missing at' : `not readable (${messageOf(error)}):`;
    return { missing: `System prompt for role '${name}' ${what} ${promptPath}` };
  }
}

interface Setup {
  readonly systemPrompt: string | null;
  readonly mode: string;
}

/** The tools of a role are all there are; what it names beside them is denied, too. */
function modelOf(asked: ModelOptions, role: RoleSettings, { systemPrompt, mode }: Setup): ModelOptions {
  const { allowedTools, disallowedTools } = role;
  return {
    ...asked,
    model: asked.model ?? role.model,
    permissionMode: modeFor(role.permissionMode ?? mode, allowedTools),
    allowedTools,
    disallowedTools: [...new Set([...disallowedTools, ...asked.disallowedTools])],
    onlyTools: allowedTools,
    maxTurns: role.maxTurns,
    ...(systemPrompt === null ? {} : { ownSystemPrompt: systemPrompt }),
  };
}

/** With a key nothing of the user's own login is needed. */
function configDir(
  { configRoot }: RoleAgentConfig,
  { runId, sessionId }: AgentRequest,
  { apiKey, credentialsPath, hasCredentials, tell }: Login & { readonly tell: (news: LoginNews) => void },
) {
  const credentials = apiKey === null && hasCredentials ? credentialsPath : null;
  return makeConfigDir(configRoot, { runId, sessionId, credentials, onLogin: tell });
}

/** What became of a login that the CLI renewed; the login itself is told to nobody. */
function loginText(news: LoginNews, { credentialsPath }: Login): string {
  if (typeof news === 'object')
    return `the login that this run renewed is kept for the next start, not yet in ${credentialsPath}: ${news.error}`;
  const told = {
    renewed: `the login that this run renewed stands in ${credentialsPath} now`,
    overtaken: `the login that this run renewed was given up: ${credentialsPath} was renewed meanwhile`,
    malformed: `what this run left as its login is none; ${credentialsPath} is as it was`,
  };
  return told[news];
}

/** A configuration folder that this process was given is not the user's own one (R-PROD-090). */
function inherited({ parentEnv }: RoleAgentConfig): RoleAgentConfig['parentEnv'] {
  const { CLAUDE_CONFIG_DIR: _own, ...rest } = parentEnv;
  return rest;
}

function added({ parentEnv }: RoleAgentConfig, apiKey: string | null, dir: string | null) {
  return {
    // Nobody is there to type a password.
    ...(parentEnv.GIT_TERMINAL_PROMPT === undefined ? { GIT_TERMINAL_PROMPT: '0' } : {}),
    ...(apiKey === null ? {} : { ANTHROPIC_API_KEY: apiKey }),
    ...(dir === null ? {} : { CLAUDE_CONFIG_DIR: dir }),
  };
}

/** No other try can help: the task needs a person, and no attempt is counted (R-PROD-041). */
function refused(reason: string): AgentOutcome {
  const facts = { durationMs: 0, outputBytes: 0, tail: '' };
  return { kind: 'failed', reason, refusal: 'cli_error', retryable: false, ...facts };
}

import { resolve } from 'node:path';
import { READ_ONLY_TOOLS } from '../../core/policy/roles/names.ts';
import type { AuthMode } from '../../core/schema/role.ts';
import type { CamelNamed } from '../ledger/camel-names.ts';
import { snakeOptions } from '../spelling.ts';
import { withCamelFields } from './config-class.ts';
import { InvocationResult } from './invocation-result.ts';
import { invokeClaude } from './invoke-claude.ts';
import { type InvokerLogin, invokerLogin } from './invoker-login.ts';

/** How one call is held. */
export interface InvokeOptions {
  /** Instead of the CLI's own. */
  readonly system_prompt?: string | null;
  /** Default 16. */
  readonly max_turns?: number;
  /** The only tools there are; default Read, Glob and Grep (R-PROD-015). */
  readonly allowed_tools?: readonly string[] | null;
  readonly model?: string | null;
  /** Ends the call and all its processes. */
  readonly signal?: AbortSignal;
}

/** Whatever runs an agent for a `Producer`: ours, or an object of the caller's (R-PROD-045). */
export interface AgentInvoker {
  invoke(
    agent_role: string,
    prompt: string,
    options: InvokeOptions,
  ): PromiseLike<Partial<InvocationResult>> | Partial<InvocationResult>;
  readonly auth_mode?: 'api' | 'subscription';
  readonly config_isolation?: 'isolated' | 'inherit';
}

/** Options of `new ClaudeAgentInvoker(…)`, in either spelling. */
export interface ClaudeInvokerOptions {
  /** Where agents work. */
  readonly cwd: string;
  /** Default `ANTHROPIC_API_KEY` of the environment, else of `.env` in `cwd`. */
  readonly api_key?: string | null;
  /** Configuration folder of isolated calls; default one for each call, gone afterwards. */
  readonly config_dir?: string | null;
  /** Default `acceptEdits` when isolated, `bypassPermissions` when not. */
  readonly permission_mode?: string | null;
  readonly auth_config?: { readonly mode: string } | null;
  /** Default that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What an invoker of ours was given, for a `Producer` that runs roles with it. */
export interface GivenToInvoker {
  readonly cwd: string;
  readonly apiKey: string | null;
  readonly configDir: string | null;
  readonly permissionMode: string | null;
  readonly mode: AuthMode;
}

class SnakeClaudeAgentInvoker {
  readonly cwd: string;
  readonly auth_mode: 'api' | 'subscription';
  readonly config_isolation: 'isolated' | 'inherit';
  /** Null = none of its own. */
  readonly config_dir: string | null;
  readonly permission_mode: string;
  readonly #env: NonNullable<ClaudeInvokerOptions['env']>;
  readonly #login: InvokerLogin['login'];
  readonly #given: GivenToInvoker;

  /** Looks for a login; throws `invalid-config` where there is none. Changes nothing in the environment (R-PROD-092). */
  constructor(options: ClaudeInvokerOptions | Readonly<Record<string, unknown>>) {
    const given = snakeOptions('ClaudeAgentInvoker', options) as Partial<ClaudeInvokerOptions>;
    this.cwd = resolve(given.cwd ?? '.');
    // biome-ignore lint/style/noProcessEnv: for a program of the user's own this is where the environment comes in.
    const env = given.env ?? { ...process.env };
    this.#env = given.api_key ? { ...env, ANTHROPIC_API_KEY: given.api_key } : env;
    const { login, auth, mode } = invokerLogin(this.#env, this.cwd, given.auth_config?.mode ?? 'auto');
    const isInherited = auth.isolation === 'inherit';
    this.#login = login;
    this.auth_mode = auth.authMode;
    this.config_isolation = auth.isolation;
    this.config_dir = given.config_dir && !isInherited ? resolve(given.config_dir) : null;
    this.permission_mode = given.permission_mode ?? (isInherited ? 'bypassPermissions' : 'acceptEdits');
    this.#given = {
      ...{ cwd: this.cwd, configDir: given.config_dir ?? null, mode },
      ...{ apiKey: given.api_key ?? null, permissionMode: given.permission_mode ?? null },
    };
    withCamelFields(this);
  }

  /**
   * Runs Claude Code once, held as every agent is, but outside of every project: no governor, no budget, no kill switch.
   * Throws `agent-failed` when it ended badly without having done anything (R-PROD-043).
   */
  async invoke(agent_role: string, prompt: string, options: InvokeOptions = {}): Promise<InvocationResult> {
    const asked = snakeOptions('invoke', options) as InvokeOptions;
    const { cwd, auth_mode, config_isolation, config_dir: configDir, permission_mode: mode } = this;
    const fields = await invokeClaude(
      {
        role: agent_role,
        prompt,
        systemPrompt: asked.system_prompt ?? null,
        signal: asked.signal ?? null,
        model: asked.model ?? null,
        maxTurns: asked.max_turns ?? 16,
        tools: asked.allowed_tools ?? [...READ_ONLY_TOOLS],
      },
      { cwd, mode, configDir, isolated: config_isolation === 'isolated', env: this.#env, login: this.#login },
    );
    return new InvocationResult({ ...fields, auth_mode, config_isolation });
  }

  /** What an invoker was given, unless its class runs agents in a way of its own; then null. */
  static givenTo(invoker: object): GivenToInvoker | null {
    if (!(#given in invoker)) return null;
    return invoker.invoke === SnakeClaudeAgentInvoker.prototype.invoke ? invoker.#given : null;
  }
}

/** See {@link SnakeClaudeAgentInvoker.givenTo}. */
export const givenTo = SnakeClaudeAgentInvoker.givenTo;

/** Claude Code for scripts (R-PROD-097); options and fields also have their names in camelCase. */
export const ClaudeAgentInvoker: new (
  options: ClaudeInvokerOptions | Readonly<Record<string, unknown>>,
) => CamelNamed<SnakeClaudeAgentInvoker> = SnakeClaudeAgentInvoker as never;
export type ClaudeAgentInvoker = CamelNamed<SnakeClaudeAgentInvoker>;

import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { modelOptionsOf } from '../core/policy/model-options.ts';
import type { AgentRequest, AgentRunIo } from '../core/ports/agent.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';
import { AgentConfig } from '../core/schema/config.ts';
import type { CodeAgent, CodeAgentRequest } from './code-agent.ts';
import { snakeOptions } from './spelling.ts';

const { model, permission_mode, allowed_tools, disallowed_tools, max_budget_usd, instructions } =
  AgentConfig.shape;

const Options = z.looseObject({
  ...{ model, permission_mode, allowed_tools, disallowed_tools, max_budget_usd, instructions },
  subagent: z.string().regex(/^[^-]/).nullish(),
  max_turns: z.int().min(1).nullish(),
});

/** What every run of a {@link ClaudeAgentAdapter} is held to; camelCase is accepted too (R-ART-045). */
export interface ClaudeAgentOptions {
  readonly name?: string;
  /** Name of an agent of the project's `.claude/agents`, which then does the work. */
  readonly subagent?: string;
  readonly model?: string;
  readonly permission_mode?: string;
  readonly permissionMode?: string;
  readonly max_turns?: number;
  readonly maxTurns?: number;
  /** Dollars a run may cost. */
  readonly max_budget_usd?: number;
  readonly maxBudgetUsd?: number;
  readonly allowed_tools?: readonly string[];
  readonly allowedTools?: readonly string[];
  readonly disallowed_tools?: readonly string[];
  readonly disallowedTools?: readonly string[];
  /** Standing orders, told beside every prompt. */
  readonly instructions?: string;
  /** Working directory; its `.claude`, `CLAUDE.md` and `.mcp.json` are picked up. Default: the dispatcher's folder. */
  readonly cwd?: string;
  /** Added to the inherited environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs Claude Code on the tasks of a route: nothing to spawn, nothing to parse (R-ART-045). It resumes the conversation on
 * a retry and tells its cost. Claude Code must be installed; without it only runs of this agent fail (R-ART-046). Extend it
 * and override `prepare` to change what is run.
 */
export class ClaudeAgentAdapter implements CodeAgent {
  readonly name: string;
  readonly options: ClaudeAgentOptions;
  /** As checked, under the names of agents.yaml. */
  readonly #checked: z.infer<typeof Options>;

  constructor(options: ClaudeAgentOptions = {}) {
    this.options = options;
    this.name = options.name ?? 'claude';
    this.#checked = checked(options);
  }

  /** What of the request is changed before the process is made. */
  async prepare(request: CodeAgentRequest): Promise<Partial<AgentRequest>> {
    const { cwd, env } = this.options;
    const { subagent, max_turns: turns } = this.#checked;
    return {
      args: [...(subagent ? ['--agent', subagent] : []), ...(turns ? ['--max-turns', String(turns)] : [])],
      model: modelOptionsOf({ name: this.name, options: this.#checked }),
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env: { ...request.env, ...env } }),
    };
  }

  async run(request: CodeAgentRequest, io: AgentRunIo): Promise<AgentOutcome> {
    return request.runClaude(await this.prepare(request), io);
  }
}

function checked(options: ClaudeAgentOptions): z.infer<typeof Options> {
  const { data, error } = Options.safeParse(snakeOptions('ClaudeAgentAdapter', options));
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new AppError('invalid-input', `ClaudeAgentAdapter: ${field}: ${issue?.message}`, {
    details: { field },
  });
}

import { wordsOf } from '../core/policy/resolve-agent.ts';
import type { AgentRequest, AgentRunIo } from '../core/ports/agent.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';
import type { CodeAgent, CodeAgentRequest } from './code-agent.ts';

/** What every run of a {@link SubprocessAgentAdapter} shares. */
export interface SubprocessOptions {
  readonly name?: string;
  /** Instead of the dispatcher's or the route's command; split like a shell would, no shell runs it (R-ART-019). */
  readonly command?: string | readonly string[];
  /** Working directory; default: the dispatcher's base folder (R-ART-044). */
  readonly cwd?: string;
  /** Added to the inherited environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The prompt as last argument, the default, or on standard input. */
  readonly promptVia?: 'argument' | 'stdin';
}

/**
 * Runs the route's command line as a process: the default agent (R-ART-011, R-ART-042). Extend it and override
 * `prepare` to change what is run, or `run` to do something before and after.
 */
export class SubprocessAgentAdapter implements CodeAgent {
  readonly name: string;
  readonly options: SubprocessOptions;

  constructor(options: SubprocessOptions = {}) {
    this.options = options;
    this.name = options.name ?? 'subprocess';
  }

  /** The words of its own command; empty = the route's or the dispatcher's. */
  get command(): readonly string[] {
    return this.options.command === undefined ? [] : wordsOf(this.options.command);
  }

  /** What of the request is changed before the process is made. */
  async prepare(request: CodeAgentRequest): Promise<Partial<AgentRequest>> {
    const { cwd, env, promptVia } = this.options;
    return {
      ...(this.command.length === 0 ? {} : { command: this.command }),
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env: { ...request.env, ...env } }),
      ...(promptVia === undefined ? {} : { promptVia }),
    };
  }

  async run(request: CodeAgentRequest, io: AgentRunIo): Promise<AgentOutcome> {
    const changes = await this.prepare(request);
    const command = changes.command ?? request.command;
    if ((command[0] ?? '') === '')
      throw new Error(`there is no command to run for "${request.route.queue_name}"`);
    return request.runCommand(changes, io);
  }
}

/** Does this agent need a command from its route or dispatcher? A subclass that prepares its own may not. */
export function needsCommand(agent: CodeAgent): boolean {
  return (
    agent instanceof SubprocessAgentAdapter &&
    agent.command.length === 0 &&
    agent.prepare === SubprocessAgentAdapter.prototype.prepare
  );
}

import type { AgentAdapter, AgentRequest, AgentRunIo } from '../core/ports/agent.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';

/** What an adapter may know of the route its run belongs to (R-ART-020). */
export interface AgentRoute {
  readonly queue_name: string;
  /** The command in force for the route, split into words; empty when there is none. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** The argv of this run: command, the route's arguments, the prompt last (R-ART-018). */
  format_command(prompt?: string): readonly string[];
  formatCommand(prompt?: string): readonly string[];
}

/** A run as an adapter in code gets it. */
export interface CodeAgentRequest extends AgentRequest {
  readonly route: AgentRoute;
  /**
   * Runs a command line with everything the product does about processes: containment, timeout, TERM → 5 s → KILL,
   * bounded output, sweep. What is not given is taken from this request.
   */
  runCommand(changes?: Partial<AgentRequest>, io?: AgentRunIo): Promise<AgentOutcome>;
  /** Runs Claude Code in the same way; `model` says what it is held to, `command` names another program than `claude`. */
  runClaude(changes?: Partial<AgentRequest>, io?: AgentRunIo): Promise<AgentOutcome>;
}

type Run = AgentAdapter['run'];

/** How a run may end: an outcome whose facts may be left out, a text (success, kept as output), or nothing (success). */
export type CodeAgentAnswer =
  | undefined
  | string
  | { readonly kind: 'succeeded'; readonly tail?: string; readonly costMicroUsd?: number }
  | {
      readonly kind: 'failed';
      readonly reason?: string;
      readonly retryable?: boolean;
      readonly tail?: string;
    }
  | AgentOutcome;

/**
 * An agent in code: given as `agent` of a route or as `default_agent` (R-ART-041). It owns its run; `io.signal`
 * aborts when the run must end (timeout, stop button, shutdown). Throwing counts as a failed attempt.
 */
export interface CodeAgent {
  /** How it is called in `GET /routes` and in run records; default: `kind`, else the name of its class. */
  readonly name?: string;
  readonly kind?: string;
  // biome-ignore lint/suspicious/noConfusingVoidType: an adapter may return nothing at all.
  run(request: CodeAgentRequest, io: AgentRunIo): Promise<CodeAgentAnswer | void> | CodeAgentAnswer | void;
}

/** The argv of a run: command, the route's arguments, the prompt last (R-ART-018, R-ART-020). */
export function formatCommand(
  { command, args, prompt }: Pick<AgentRequest, 'command' | 'args' | 'prompt'>,
  given: string = prompt,
): readonly string[] {
  return [...command, ...args, given];
}

/** The request an adapter in code gets; `own` runs command lines and Claude Code for it. */
export function codeRequest(
  request: AgentRequest,
  io: AgentRunIo,
  own: { readonly command: Run; readonly claude: Run },
): CodeAgentRequest {
  const format = (prompt?: string) => formatCommand(request, prompt);
  const route: AgentRoute = {
    queue_name: request.env.TASK_QUEUE ?? '',
    ...{ command: request.command, args: request.args, format_command: format, formatCommand: format },
  };
  return {
    ...request,
    route,
    runCommand: (changes = {}, ownIo = io) => own.command({ ...request, ...changes }, ownIo),
    runClaude: (changes = {}, ownIo = io) => own.claude({ ...request, command: [], ...changes }, ownIo),
  };
}

import type { AgentAdapter, AgentRequest, AgentRunIo } from '../../../core/ports/agent.ts';
import type { AgentOutcome } from '../../../core/schema/agent-outcome.ts';
import { NO_MODEL_OPTIONS } from '../../../core/schema/model-options.ts';
import { agentEnvironment } from '../../process/agent-environment.ts';
import type { ProcessRunner } from '../../process/process-runner.ts';
import { CLAUDE_LADDER } from '../../process/stop-ladder.ts';
import { type ClaudeCall, type ClaudeSession, claudeCommand } from './argv.ts';
import { CLAUDE_LINE_BYTES_MAX } from './bounds.ts';
import { type ClaudeCapabilities, type ProbedFlag, probeClaude } from './capabilities.ts';
import { claudeOutcome } from './outcome.ts';
import { type ClaudeReading, createClaudeReader } from './reader.ts';
import { whyInjecting, whyNotDirectory } from './refusal.ts';
import { limited, type Told } from './run-events.ts';
import { refusedFlag } from './unknown-flag.ts';

/** What the Claude Code agent needs. */
export interface ClaudeAgentConfig {
  readonly runner: ProcessRunner;
  /** The environment agents inherit: that of this process (R-AD-030). */
  readonly parentEnv: Readonly<Record<string, string | undefined>>;
  /** When given, only these names are inherited (`X_*` for a prefix). */
  readonly envAllowlist?: readonly string[];
}

/** One try to run it. */
interface Try {
  readonly call: ClaudeCall;
  readonly env: Readonly<Record<string, string>>;
  readonly tell: (told: Told) => void;
}

/**
 * Runs Claude Code as a process per run, in the agent's folder, so that it finds that project's own instructions, settings
 * and tools (R-AD-024). An old CLI gets a command line it understands.
 */
export function createClaudeAgent({ runner, parentEnv, envAllowlist }: ClaudeAgentConfig): AgentAdapter {
  async function run(request: AgentRequest, io: AgentRunIo): Promise<AgentOutcome> {
    const environment = agentEnvironment({
      parent: { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1', ...parentEnv },
      added: request.env,
      allowlist: envAllowlist && [...envAllowlist, 'CLAUDE_CODE_DISABLE_BACKGROUND_TASKS'],
    });
    if (environment.kind === 'refused')
      return refused(`a task, route or agent may not set ${environment.names.join(', ')}`, request);
    const { env } = environment;
    const options = request.model ?? NO_MODEL_OPTIONS;
    const why = whyInjecting(sessionOf(request), options) ?? whyNotDirectory(request.cwd);
    if (why !== null) return refused(why, request);
    const program = request.command.length === 0 ? ['claude'] : request.command;
    const abilities = await probeClaude(program, { cwd: request.cwd, env });
    return withoutUnknownFlags(request, abilities, { env, tell: limited(io.onEvent) }, (attempt) =>
      once(request, attempt, io),
    );
  }

  async function once(request: AgentRequest, { call, env, tell }: Try, io: AgentRunIo): Promise<Ended> {
    const reader = createClaudeReader(tell);
    const { runId, taskToken, cwd, timeoutMs, silenceMs, outputPath } = request;
    const ended = await runner.run(
      {
        ...{ runId, taskToken, cwd, env, timeoutMs, silenceMs, outputPath, ...claudeCommand(call) },
        ladder: CLAUDE_LADDER,
        lineBytesMax: CLAUDE_LINE_BYTES_MAX,
      },
      {
        signal: io.signal,
        mayStart: () => io.mayStart(),
        onSpawn: (spawned) => io.onSpawn(spawned),
        onStop: () => reader.stopping(),
        onLine(stream, line, droppedBytes) {
          reader.line(stream, line, droppedBytes);
          return true;
        },
      },
    );
    const reading = reader.reading();
    const program = call.program[0] ?? '';
    const outcome = claudeOutcome({ program, session: call.session, ended, reading, nowMs: Date.now() });
    return { outcome, reading };
  }

  return { kind: 'claude-cli', run };
}

interface Ended {
  readonly outcome: AgentOutcome;
  readonly reading: ClaudeReading;
}

/**
 * Leaves out what this CLI lacks, and what it refuses although it seemed to know it: each flag once (R-AD-050,
 * R-ADX-026). A cap on money is never left out: such a run does not start.
 */
async function withoutUnknownFlags(
  request: AgentRequest,
  { lacks, version }: ClaudeCapabilities,
  { env, tell }: Pick<Try, 'env' | 'tell'>,
  start: (attempt: Try) => Promise<Ended>,
): Promise<AgentOutcome> {
  const left = new Set<ProbedFlag>(lacks);
  const name = `claude ${version ?? ''}`.trim();
  for (;;) {
    const call = callOf(request, left);
    if (left.has('--max-budget-usd') && call.options.budgetMicroUsd !== null)
      return refused(
        `${name} has no --max-budget-usd: update it, or remove the budget of this agent`,
        request,
      );
    const { outcome, reading } = await start({ call, env, tell });
    const flag = refusedFlag(outcome, reading);
    if (flag === null || left.has(flag)) return outcome;
    left.add(flag);
    tell({ type: 'system', data: { text: `${name} has no ${flag}: trying without it` } });
  }
}

function callOf(request: AgentRequest, left: ReadonlySet<ProbedFlag>): ClaudeCall {
  const session = sessionOf(request);
  const { command, args, prompt, promptVia } = request;
  return {
    program: [...(command.length === 0 ? ['claude'] : command), ...args],
    ...{ prompt, promptVia },
    session: session?.kind === 'new' && left.has('--session-id') ? null : session,
    options: request.model ?? NO_MODEL_OPTIONS,
    appendsSystemPrompt: !left.has('--append-system-prompt'),
  };
}

/** Fixed before the run, so that a killed one can be taken up again (R-AD-049); resuming wins (R-AD-026). */
function sessionOf({ sessionId, resume }: AgentRequest): ClaudeSession {
  return sessionId === '' ? null : { kind: resume === true ? 'resume' : 'new', id: sessionId };
}

function refused(reason: string, { resume, sessionId }: AgentRequest): AgentOutcome {
  const kept = resume === true ? { sessionId } : {};
  return { kind: 'failed', reason, retryable: false, durationMs: 0, outputBytes: 0, tail: '', ...kept };
}

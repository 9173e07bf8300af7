import type { AgentAdapter, AgentRequest, AgentRunIo } from '../../../core/ports/agent.ts';
import type { AgentOutcome } from '../../../core/schema/agent-outcome.ts';
import { NO_MODEL_OPTIONS } from '../../../core/schema/model-options.ts';
import { agentEnvironment } from '../../process/agent-environment.ts';
import type { ProcessRunner } from '../../process/process-runner.ts';
import { CLAUDE_LADDER } from '../../process/stop-ladder.ts';
import { heldToAllowance } from './allowance.ts';
import { type ClaudeCall, claudeCommand } from './argv.ts';
import { CLAUDE_LINE_BYTES_MAX } from './bounds.ts';
import { probeClaude } from './capabilities.ts';
import { claudeOutcome } from './outcome.ts';
import { createClaudeReader } from './reader.ts';
import { refused, whyInjecting, whyNotDirectory } from './refusal.ts';
import { limited, type Told } from './run-events.ts';
import { type EndedTry, sessionOf, untilUnderstood } from './tries.ts';

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
  /** Its cap is what the budget leaves for it. */
  readonly allowanceBinds: boolean;
}

/**
 * Runs Claude Code as a process per run, in the agent's folder, so that it finds that project's own instructions, settings
 * and tools (R-AD-024). An old CLI gets a command line it understands.
 */
export function createClaudeAgent({ runner, parentEnv, envAllowlist }: ClaudeAgentConfig): AgentAdapter {
  async function run(asked: AgentRequest, io: AgentRunIo): Promise<AgentOutcome> {
    const { request, allowanceBinds } = heldToAllowance(asked);
    const environment = agentEnvironment({
      parent: { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1', ...parentEnv },
      added: request.env,
      allowlist: envAllowlist && [...envAllowlist, 'CLAUDE_CODE_DISABLE_BACKGROUND_TASKS'],
    });
    if (environment.kind === 'refused') {
      const reason = `a task, route or agent may not set ${environment.names.join(', ')}`;
      return refused({ reason, refusal: 'cli_error' }, request);
    }
    const { env } = environment;
    const options = request.model ?? NO_MODEL_OPTIONS;
    const why = whyInjecting(sessionOf(request), options) ?? whyNotDirectory(request.cwd);
    if (why !== null) return refused(why, request);
    const program = request.command.length === 0 ? ['claude'] : request.command;
    const abilities = await probeClaude(program, { cwd: request.cwd, env });
    const tell = limited(io.onEvent);
    return untilUnderstood(request, {
      abilities,
      tell,
      start: (call) => once(request, { call, env, tell, allowanceBinds }, io),
    });
  }

  async function once(request: AgentRequest, given: Try, io: AgentRunIo): Promise<EndedTry> {
    const { call, env, tell, allowanceBinds } = given;
    const reader = createClaudeReader(tell, (tokens) => io.onTokens?.(tokens));
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
    const outcome = claudeOutcome({
      ...{ program, session: call.session, ended, reading, allowanceBinds },
      nowMs: Date.now(),
    });
    return { outcome, reading };
  }

  return { kind: 'claude-cli', run };
}

import { PROMPT_ARGV_BYTES_MAX } from '../../core/limits.ts';
import type { AgentAdapter, AgentRequest, AgentRunIo } from '../../core/ports/agent.ts';
import type { AgentOutcome } from '../../core/schema/agent-outcome.ts';
import { agentEnvironment } from '../process/agent-environment.ts';
import type { ProcessRunner } from '../process/process-runner.ts';
import type { SignalStep } from '../process/stop-ladder.ts';
import { COST_FILE_VARIABLE, readCostFile, watchCostFile } from './cost-file.ts';
import { createOutputEvents } from './output-events.ts';
import { processOutcome } from './process-outcome.ts';

/** What the command agent needs. */
export interface CommandAgentConfig {
  readonly runner: ProcessRunner;
  /** The environment agents inherit: that of this process (R-ART-044). */
  readonly parentEnv: Readonly<Record<string, string | undefined>>;
  /** When given, only these names are inherited (`X_*` for a prefix). */
  readonly envAllowlist?: readonly string[];
  /** How it is told to stop; TERM, 5 s, KILL unless given (R-ART-054). */
  readonly ladder?: readonly SignalStep[];
}

/** Runs any command line: argv = command, the route's arguments, the prompt last (R-ART-018, R-ART-042). */
export function createCommandAgent({
  runner,
  parentEnv,
  envAllowlist,
  ladder,
}: CommandAgentConfig): AgentAdapter {
  async function run(request: AgentRequest, io: AgentRunIo): Promise<AgentOutcome> {
    const { costPath } = request;
    const added = costPath === undefined ? request.env : { ...request.env, [COST_FILE_VARIABLE]: costPath };
    const environment = agentEnvironment({ parent: parentEnv, added, allowlist: envAllowlist });
    if (environment.kind === 'refused') return refused(environment.names);
    const { runId, taskToken, cwd, timeoutMs, silenceMs, outputPath } = request;
    const spend = followSpend(costPath, io);
    const result = await runner
      .run(
        {
          ...{ runId, taskToken, cwd, timeoutMs, silenceMs, outputPath, env: environment.env },
          ...withPrompt(request),
          ...(ladder === undefined ? {} : { ladder }),
        },
        {
          signal: io.signal,
          mayStart: () => io.mayStart(),
          onSpawn: (process) => io.onSpawn(process),
          onLine: createOutputEvents((type, data) => io.onEvent(type, data)),
        },
      )
      .finally(spend.stop);
    return { ...processOutcome(request.command[0] ?? '', result), ...spend.total() };
  }
  return { kind: 'command', run };
}

/**
 * What it says of its cost while it runs and in the end. Only what it writes into the file named for that counts, never
 * what it prints: anything can be printed, also by what it reads to somebody.
 */
function followSpend(costPath: string | undefined, io: AgentRunIo) {
  if (costPath === undefined) return { stop: () => {}, total: () => ({}) };
  const stop = watchCostFile(costPath, (microUsd) => io.onSpend?.(microUsd));
  return {
    stop,
    total(): { costMicroUsd?: number } {
      const reading = readCostFile(costPath);
      if (reading === 'bad') {
        const text = `What it wrote into ${COST_FILE_VARIABLE} is no amount of dollars: its cost counts as unknown.`;
        io.onEvent('system', { code: 'cost_unreadable', text });
      }
      return typeof reading === 'number' ? { costMicroUsd: reading } : {};
    },
  };
}

/** The prompt as last argument, or by stdin when it is wanted there or too long for the kernel. */
function withPrompt({ command, args, prompt, promptVia }: AgentRequest) {
  const argv = [...command, ...args];
  const operand = asOperand(prompt);
  const long = Buffer.byteLength(operand) > PROMPT_ARGV_BYTES_MAX;
  if (promptVia === 'stdin' || long) return { argv, stdin: prompt };
  return { argv: [...argv, operand], stdin: null };
}

/** A prompt that begins with a dash would be read as an option of the agent (R-SYS-030): a blank in front prevents it. */
function asOperand(prompt: string): string {
  return prompt.startsWith('-') ? ` ${prompt}` : prompt;
}

function refused(names: readonly string[]): AgentOutcome {
  const reason = `a task, route or agent may not set ${names.join(', ')}`;
  const refusal = 'cli_error';
  return { kind: 'failed', reason, refusal, retryable: false, durationMs: 0, outputBytes: 0, tail: '' };
}

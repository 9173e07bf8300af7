import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClaudeAgent } from '../../adapters/agents/claude/agent.ts';
import type { Login } from '../../adapters/agents/role/login.ts';
import { userStateDir } from '../../adapters/local/user-state-dir.ts';
import { priceFilePath } from '../../adapters/pricing/price-file-path.ts';
import { createPrices } from '../../adapters/pricing/prices.ts';
import { createProcessRunner } from '../../adapters/process/run-process.ts';
import { AppError } from '../../core/errors.ts';
import { RUN_MS_MAX } from '../../core/limits.ts';
import { errorOf } from '../../core/policy/escalations/reason.ts';
import { usdOf } from '../../core/policy/money/dollars.ts';
import { modeFor } from '../../core/policy/roles/tools.ts';
import type { AgentRequest } from '../../core/ports/agent.ts';
import type { AgentOutcome } from '../../core/schema/agent-outcome.ts';
import { NO_MODEL_OPTIONS } from '../../core/schema/model-options.ts';
import type { InvocationFields } from './invocation-result.ts';
import { isolatedDir } from './invoker-login.ts';
import { readInvocation } from './read-invocation.ts';

/** One call of Claude Code. */
export interface ClaudeCallOptions {
  readonly role: string;
  readonly prompt: string;
  readonly systemPrompt: string | null;
  readonly model: string | null;
  readonly maxTurns: number;
  readonly tools: readonly string[];
  readonly signal: AbortSignal | null;
}

/** Where it runs, and as whom. */
export interface ClaudePlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly login: Login;
  readonly isolated: boolean;
  /** Configuration folder of the caller's; null = one of this call alone. */
  readonly configDir: string | null;
  /** Permission mode. */
  readonly mode: string;
}

/** Runs Claude Code once by the adapter that all runs have, and tells all that came of it. */
export async function invokeClaude(call: ClaudeCallOptions, place: ClaudePlace): Promise<InvocationFields> {
  const runId = randomUUID();
  const sessionId = randomUUID();
  const folder = await mkdtemp(join(tmpdir(), 'dispatch-invoke-'));
  const outputPath = join(folder, 'output.log');
  const { env, login, configDir } = place;
  const stop = followStop(call.signal);
  const dir = place.isolated ? await isolatedDir(env, configDir, { runId, sessionId, login }) : null;
  try {
    const { CLAUDE_CONFIG_DIR: _own, ...parentEnv } = env;
    const agent = createClaudeAgent({ runner: createProcessRunner(), parentEnv });
    const request = requestOf(call, place, { runId, sessionId, outputPath, configDir: dir?.path ?? null });
    const outcome = await agent.run(request, {
      signal: stop.signal,
      mayStart: () => undefined,
      onSpawn: () => undefined,
      onEvent: () => undefined,
    });
    const output = await readFile(outputPath, 'utf8').catch(() => '');
    return await resultOf(outcome, output, env);
  } finally {
    stop.release();
    await dir?.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Whatever the caller aborts with, for the run it is a person's wish. */
function followStop(given: AbortSignal | null) {
  const controller = new AbortController();
  const stop = () => controller.abort({ stop: 'cancel' });
  given?.addEventListener('abort', stop, { once: true });
  if (given?.aborted) stop();
  return { signal: controller.signal, release: () => given?.removeEventListener('abort', stop) };
}

type RunPlaces = Pick<AgentRequest, 'runId' | 'sessionId' | 'outputPath'> & {
  readonly configDir: string | null;
};

function requestOf(
  { role, prompt, systemPrompt, model, maxTurns, tools }: ClaudeCallOptions,
  { cwd, env, login, mode }: ClaudePlace,
  { configDir, ...places }: RunPlaces,
): AgentRequest {
  return {
    ...places,
    ...{ taskId: '', taskName: role, agent: role, attempt: 1, prompt, cwd },
    ...{ command: [], args: [], promptVia: 'argument', timeoutMs: RUN_MS_MAX, silenceMs: null },
    env: {
      // Nobody is there to type a password.
      ...(env.GIT_TERMINAL_PROMPT === undefined ? { GIT_TERMINAL_PROMPT: '0' } : {}),
      ...(login.apiKey === null ? {} : { ANTHROPIC_API_KEY: login.apiKey }),
      ...(configDir === null ? {} : { CLAUDE_CONFIG_DIR: configDir }),
    },
    model: {
      ...NO_MODEL_OPTIONS,
      ...{ model, maxTurns, permissionMode: modeFor(mode, tools) },
      ...{ allowedTools: [...tools], onlyTools: [...tools] },
      ...(systemPrompt === null ? {} : { ownSystemPrompt: systemPrompt }),
    },
  };
}

async function resultOf(
  outcome: AgentOutcome,
  output: string,
  env: ClaudePlace['env'],
): Promise<InvocationFields> {
  const { messages, texts, toolCalls, usage } = readInvocation(output);
  const { report, costMicroUsd } = outcome;
  const error = outcome.kind === 'succeeded' ? null : errorOf(outcome);
  if (error !== null && texts.length === 0 && toolCalls.length === 0)
    throw new AppError('agent-failed', error, { details: { outcome: outcome.kind } });
  const prices = createPrices({ file: () => priceFilePath(userStateDir(env)), onWarning: () => undefined });
  const computed = report?.tokens === undefined ? null : await prices.costOf(report.tokens.byModel);
  return {
    text: texts.length === 0 ? (report?.text ?? '') : texts.join('\n'),
    computed_cost_usd: usdOf(computed?.microUsd ?? 0),
    actual_cost_usd: costMicroUsd === undefined ? null : usdOf(costMicroUsd),
    ...(usage === null ? {} : { usage }),
    ...{ tool_calls: toolCalls, raw_messages: messages, sdk_error: error },
  };
}

import { readFile } from 'node:fs/promises';
import { messageOf } from '../../core/errors.ts';
import { microUsdOf } from '../../core/policy/money/dollars.ts';
import { roleOf } from '../../core/policy/roles/names.ts';
import { type AgentRunIo, isStopReason } from '../../core/ports/agent.ts';
import type { AgentReport } from '../../core/schema/agent-report.ts';
import type { RoleSettings } from '../../core/schema/role.ts';
import type { CodeAgent, CodeAgentAnswer } from '../code-agent.ts';
import type { AgentInvoker } from './claude-agent-invoker.ts';
import { InvocationResult } from './invocation-result.ts';

/** Finds the settings of a role as they are now. */
export type FindRole = (name: string) => RoleSettings | null;

/**
 * A caller's invoker as an agent of code: the governor lets its runs in, they are booked and settled as every other
 * (R-PROD-045). It is told when to stop by `signal`; what comes after that counts as stopped.
 */
export function createInvokerAgent(invoker: AgentInvoker, findRole: FindRole): CodeAgent {
  return {
    name: 'invoker',
    async run(request, io) {
      const name = roleOf(request.agent ?? '');
      const role = findRole(name);
      if (role === null) return failed(`role not configured: ${name}`, false);
      const prompt = await promptOf(role);
      if (prompt === undefined)
        return failed(`System prompt for role '${name}' missing at ${role.promptPath}`, false);
      const held = {
        ...{ system_prompt: prompt, max_turns: role.maxTurns, allowed_tools: role.allowedTools },
        ...{ model: role.model, signal: io.signal },
      };
      try {
        const answer = await invoker.invoke(name, request.prompt, held);
        return toldBy(new InvocationResult({ text: '', ...plain(invoker), ...answer }), { prompt, role, io });
      } catch (error) {
        if (isStopReason(error)) throw error;
        return failed(`invocation error: ${messageOf(error)}`, true);
      }
    },
  };
}

const failed = (reason: string, retryable: boolean): CodeAgentAnswer => ({
  kind: 'failed',
  reason,
  retryable,
});

/** Null = it has none, undefined = its file is gone. */
async function promptOf({ promptPath }: RoleSettings): Promise<string | null | undefined> {
  return promptPath === null ? null : readFile(promptPath, 'utf8').catch(() => undefined);
}

/** What an invoker says of itself holds for results that say nothing. */
const plain = ({ auth_mode, config_isolation }: AgentInvoker) => ({
  ...(auth_mode === undefined ? {} : { auth_mode }),
  ...(config_isolation === undefined ? {} : { config_isolation }),
});

interface Ran {
  readonly prompt: string | null;
  readonly role: RoleSettings;
  readonly io: AgentRunIo;
}

function toldBy(result: InvocationResult, { prompt, role, io }: Ran): CodeAgentAnswer {
  const { text, tool_calls, auth_mode, config_isolation, sdk_error } = result;
  if (text !== '') io.onEvent('text', { text });
  for (const { name, input } of tool_calls) {
    const file = input?.file_path ?? input?.notebook_path;
    io.onEvent('tool_use', {
      text: `Using tool: ${name}`,
      tool: name,
      ...(file === undefined ? {} : { file }),
    });
  }
  const setup = { authMode: auth_mode, configIsolation: config_isolation, systemPrompt: prompt };
  const report: AgentReport = {
    ...{ text, deniedTools: [], stderr: '', setup: { ...setup, tools: [...role.allowedTools] } },
    ...(role.model === null ? {} : { model: role.model }),
    ...tokensOf(result, role),
  };
  const facts = { durationMs: 0, outputBytes: 0, tail: text, report, ...costOf(result) };
  // Cut off at a limit of turns, say: what it did is no success (R-PROD-043).
  if (sdk_error !== null) return { kind: 'failed', reason: sdk_error, retryable: true, ...facts };
  return { kind: 'succeeded', ...facts };
}

/** The agent's own figure, else tokens × price; what the invoker leaves at nothing is computed from its tokens. */
function costOf({ actual_cost_usd, computed_cost_usd, usage }: InvocationResult) {
  const usd = actual_cost_usd ?? computed_cost_usd;
  const isUntold = actual_cost_usd === null && computed_cost_usd === 0 && sumOf(usage) > 0;
  return isUntold ? {} : { costMicroUsd: Math.max(0, microUsdOf(usd)) };
}

function tokensOf({ usage }: InvocationResult, { model }: RoleSettings): Pick<AgentReport, 'tokens'> {
  if (sumOf(usage) === 0) return {};
  const count = (name: string) => Math.max(0, Math.round(usage[name] ?? 0));
  const tokens = {
    ...{ input: count('input_tokens'), output: count('output_tokens') },
    ...{ cacheCreation: count('cache_creation_input_tokens'), cacheRead: count('cache_read_input_tokens') },
  };
  return { tokens: { byModel: { [model ?? '']: tokens }, complete: true } };
}

const sumOf = (usage: Readonly<Record<string, number>>): number =>
  Object.values(usage).reduce((sum, count) => sum + count, 0);

import { agentNamed } from '../api/dispatch/resolve-agent.ts';
import { dispatchStream } from '../api/operations/dispatch-stream.ts';
import { callAgent } from './call-agent.ts';
import type { Cli } from './cli.ts';
import { neutralise, oneLine } from './neutralise.ts';
import { footer, type ToldResult } from './tell-result.ts';

/** A try of one agent. */
export interface AgentTry {
  readonly agent: string;
  readonly task: string;
  /** Show what it does meanwhile. */
  readonly stream: boolean;
  /** Seconds, for this once. */
  readonly timeout?: number;
  /** How agents are tried and changed by the program that asks, as people type it. */
  readonly words: { readonly test: string; readonly update: string };
}

/** What is asked of an agent when nobody says otherwise. */
export const TRY_TASK = 'What project is this? Describe in one sentence.';
const TIMEOUT_SHOWN = 600;

/** Calls an agent to see whether it works; a failure comes with its remedies (R-AD-137). Exit code 0 or 1. */
export function testAgent(cli: Cli, { agent, task, stream, timeout, words }: AgentTry): Promise<number> {
  const { out } = cli;
  const input = { agent, task, ...(timeout === undefined ? {} : { timeout_seconds: timeout }) };
  return callAgent(cli, {
    ...{ operation: dispatchStream, input, agent, live: stream },
    async begin({ context }) {
      const { directory } = agentNamed(await context.agents.read(), agent);
      if (out.json) return;
      out.data(`Dispatching to '${agent}' (${oneLine(directory)})...\nTask: ${oneLine(task)}\n---`);
    },
    tell(_cli, result) {
      if (out.json) out.document(result);
      else out.data(result.success ? goodText(result) : badText(result, agent, words));
      return result.success ? 0 : 1;
    },
  });
}

function goodText(result: ToldResult): string {
  const { session_id: _, ...facts } = result;
  const note = result.hint === undefined ? [] : ['', `Note: ${neutralise(result.hint)}`];
  const end = footer(facts);
  return [neutralise(result.result ?? ''), ...note, ...(end === '' ? [] : ['', end])].join('\n');
}

function badText({ error, error_type: type }: ToldResult, agent: string, words: AgentTry['words']): string {
  const diagnosis = type === undefined ? undefined : DIAGNOSES[type]?.(agent, words);
  const more = diagnosis === undefined ? [] : ['', ...diagnosis];
  return [`Error: ${neutralise(error ?? 'it failed')}`, ...more].join('\n');
}

type Diagnosis = (agent: string, words: AgentTry['words']) => readonly string[];

const DIAGNOSES: Readonly<Record<string, Diagnosis>> = {
  permission: (agent, { update }) => [
    'Diagnosis: permission error',
    'A tool or an action was denied. Either of these allows it:',
    `  ${update} ${agent} --permission-mode bypassPermissions`,
    `  ${update} ${agent} --allowed-tools Bash,Read,Edit,Write`,
  ],
  timeout: (agent, { test, update }) => [
    'Diagnosis: timeout',
    `  ${test} ${agent} --timeout ${TIMEOUT_SHOWN}    # this once`,
    `  ${update} ${agent} --timeout ${TIMEOUT_SHOWN}  # from now on`,
  ],
  budget: (agent, { update }) => [
    'Diagnosis: spend cap reached',
    `  ${update} ${agent} --max-budget-usd 2.0  # a higher cap`,
    `  ${update} ${agent} --model haiku         # a cheaper model`,
  ],
};

import { type Command, InvalidArgumentError } from 'commander';
import { getDialogue } from '../../api/operations/get-dialogue.ts';
import { startDialogue } from '../../api/operations/start-dialogue.ts';
import type { DialogueEntry } from '../../core/policy/dispatch/dialogue.ts';
import type { DialogueResponse } from '../../core/policy/dispatch/dialogue-response.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { followPlan } from '../follow-plan.ts';
import { neutralise } from '../neutralise.ts';
import { seconds } from '../request-options.ts';
import { exitCodeOf } from '../tell-result.ts';

type State = DialogueResponse & { readonly id: string; readonly status: 'running' | 'done' };

/** `dispatch dialogue <requester> <responder> <topic>`: what they say as they say it, then what it came to (R-AD-091). */
export function addDialogue(runtime: Runtime, program: Command): void {
  program
    .command('dialogue')
    .description('Let two agents talk about a topic until it is resolved')
    .argument('<requester>', 'agent that wants to know')
    .argument('<responder>', 'agent that answers; it speaks first')
    .argument('<topic>', 'what they talk about')
    .option('--rounds <number>', 'rounds of two turns, 1 to 10 (default 3)', rounds)
    .option('--timeout <seconds>', 'seconds for each turn', seconds)
    .option('--max-cost-usd <dollars>', 'no turn begins above this cost', dollars)
    .addHelpText('after', '\nExamples:\n  $ dispatch dialogue web api "Which fields does the login need?"')
    .action(act(runtime, talk));
}

function rounds(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a number of rounds.');
  return Number(text);
}

function dollars(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number of dollars.');
  return Number(text);
}

async function talk(cli: Cli, { args, flags }: Call): Promise<number> {
  const [requester, responder, topic] = args.map(String);
  const { rounds: max_rounds, timeout: timeout_seconds, maxCostUsd: max_cost_usd } = flags;
  const given = { requester, responder, topic, max_rounds, timeout_seconds, max_cost_usd };
  const input = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  let shown = 0;
  return followPlan<State>(cli, {
    ...{ start: startDialogue, look: getDialogue, input },
    onLook({ conversation }) {
      for (const entry of conversation.slice(shown)) cli.out.note(heard(entry));
      shown = conversation.length;
    },
    tell: (state) => tell(cli, state),
  });
}

const heard = ({ agent, round, message, error }: DialogueEntry): string =>
  `[${round}] ${agent}: ${error ?? message}`;

function tell({ out }: Cli, state: State): number {
  const { resolved, rounds: held, total_cost_usd: cost, final_answer: answer, conversation } = state;
  if (out.json) out.document(state);
  else out.data(neutralise(answer));
  out.note(`--- ${resolved ? 'Resolved' : 'Not resolved'} | Rounds: ${held} | Cost: $${cost.toFixed(4)}`);
  const { error, error_type } = conversation.at(-1) ?? {};
  return exitCodeOf({ success: error === undefined, ...(error_type === undefined ? {} : { error_type }) });
}

import type { Command } from 'commander';
import { dispatchSession } from '../../api/operations/dispatch-session.ts';
import { AppError } from '../../core/errors.ts';
import { callAgent } from '../call-agent.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { readText } from '../read-text.ts';
import { addRequestOptions, requestFrom } from '../request-options.ts';

/** `dispatch session <agent> <message>`: a turn of a conversation (R-AD-075, R-AD-076). */
export function addSession(runtime: Runtime, session: Command): void {
  session
    .argument('[agent]', 'name of the agent')
    .argument('[message]', 'what to say to it; - reads it from stdin')
    .option('--resume <id>', 'go on with this conversation; absent = begin one');
  addRequestOptions(session)
    .addHelpText(
      'after',
      `
Examples:
  $ dispatch session infra "Which servers are there?"
  $ dispatch session infra --resume 6f1c… "And which of them is slow?"`,
    )
    .action(act(runtime, turn));
}

async function turn(cli: Cli, { args, flags }: Call): Promise<number> {
  const [agent, message] = args as readonly (string | undefined)[];
  if (agent === undefined || message === undefined) {
    throw new AppError('invalid-input', 'a conversation needs an agent and a message', {
      hint: 'dispatch session <agent> "Hello"; those there are: dispatch session list',
    });
  }
  const task = message === '-' ? await readText(cli.io, '-') : message;
  const resumed = flags.resume === undefined ? {} : { session_id: String(flags.resume) };
  const input = { agent, task, ...requestFrom(flags), ...resumed };
  return callAgent(cli, { operation: dispatchSession, input, agent, live: true });
}

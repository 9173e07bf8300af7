import type { Command } from 'commander';
import { act, type Runtime } from '../cli.ts';
import { seconds } from '../request-options.ts';
import { TRY_TASK, testAgent } from '../test-agent.ts';

/** `dispatch agent test <name>`: does it answer, and what keeps it from that? (R-AD-137) */
export function addAgentTest(runtime: Runtime, agent: Command): void {
  agent
    .command('test')
    .description('Call an agent to see whether it works')
    .argument('<name>', 'name of the agent')
    .argument('[task]', `what to ask (default "${TRY_TASK}")`)
    .option('--stream', 'show what it does meanwhile')
    .option('--timeout <seconds>', 'seconds for this once', seconds)
    .addHelpText(
      'after',
      '\nExamples:\n  $ dispatch agent test infra\n  $ dispatch agent test infra "Hi" --stream',
    )
    .action(
      act(runtime, (cli, { args, flags }) =>
        testAgent(cli, {
          agent: String(args[0]),
          task: args[1] === undefined ? TRY_TASK : String(args[1]),
          stream: flags.stream === true,
          ...(flags.timeout === undefined ? {} : { timeout: Number(flags.timeout) }),
          words: { test: 'dispatch agent test', update: 'dispatch agent update' },
        }),
      ),
    );
}

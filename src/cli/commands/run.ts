import type { Command } from 'commander';
import { dispatch } from '../../api/operations/dispatch.ts';
import { dispatchSession } from '../../api/operations/dispatch-session.ts';
import { startDispatch } from '../../api/operations/start-dispatch.ts';
import { runOperation } from '../../api/run-operation.ts';
import { callAgent } from '../call-agent.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { readText } from '../read-text.ts';
import { addRequestOptions, requestFrom } from '../request-options.ts';
import { withWorkers } from '../with-workers.ts';

/** `dispatch run <agent> <task>`: one answer of one agent, seen while it comes (R-AD-067, R-AD-086). */
export function addRun(runtime: Runtime, program: Command): void {
  const command = program
    .command('run')
    .description('Hand a task to an agent and wait for its answer')
    .argument('<agent>', 'name of the agent; dispatch agent list shows them')
    .argument('<task>', 'what it is to do; - reads it from stdin');
  addRequestOptions(command)
    .option('--session <id>', 'go on with this conversation')
    .option('--async', 'do not wait: print the id of the job')
    .option('--ref', 'print a summary and a reference to the whole answer')
    .option('--no-cache', "neither take an equal call's answer nor keep this one")
    .addHelpText(
      'after',
      `
Examples:
  $ dispatch run infra "Is the disk full?"
  $ dispatch run infra "Update the certificates" --async --timeout 1800
  $ git diff | dispatch run reviewer - --goal "ship today"

Exit codes: 0 success, 1 failure, 124 out of time. Ctrl-C ends the waiting, not the work.`,
    )
    .action(act(runtime, run));
}

async function run(cli: Cli, { args, flags }: Call): Promise<number> {
  const [agent, given] = args.map(String) as [string, string];
  const task = given === '-' ? await readText(cli.io, '-') : given;
  const request = { agent, task, ...requestFrom(flags) };
  const session = flags.session === undefined ? {} : { session_id: String(flags.session) };
  const cache = flags.cache === false ? { cache: 'bypass' } : {};
  if (flags.async === true) return begin(cli, { ...request, ...session, ...cache });
  if (flags.session !== undefined) {
    return callAgent(cli, {
      operation: dispatchSession,
      input: { ...request, ...session },
      agent,
      live: true,
    });
  }
  const input = { ...request, ...cache, return_ref: flags.ref === true };
  return callAgent(cli, { operation: dispatch, input, agent, live: true });
}

function begin(cli: Cli, input: Readonly<Record<string, unknown>>): Promise<number> {
  return withWorkers(cli, async ({ context }) => {
    const job = (await runOperation(startDispatch, context, input)) as { id: string };
    if (cli.out.json) cli.out.document(job);
    else cli.out.data(job.id);
    cli.out.note(`Wait for it: dispatch job ${job.id} --wait`);
    return 0;
  });
}

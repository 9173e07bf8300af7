import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { anyLive } from '../../adapters/host/live-hosts.ts';
import { callingPlace } from '../../adapters/process/calling-run.ts';
import type { CallContext, Operation } from '../../api/operation.ts';
import { runOperation } from '../../api/run-operation.ts';
import type { Project } from '../../compose.ts';
import { controlHere } from '../../compose-control-here.ts';
import { AppError } from '../../core/errors.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { neutralise } from '../neutralise.ts';
import { callContext, withProject } from '../with-project.ts';

/** What a verb works with: the project its file names, and its operations. */
export interface Verb {
  readonly project: Project;
  readonly flags: Call['flags'];
  readonly args: readonly unknown[];
  /** Prints one line; what others wrote is made harmless. */
  say(line: string): void;
  json(value: unknown): void;
  run<Answer>(operation: Operation, input: Readonly<Record<string, unknown>>): Promise<Answer>;
}

const DEFAULT_FILE = 'producer.yaml';

/** Adds a verb's own copies of the global options, so that they may stand after it, too. */
export function verbOf(parent: Command, name: string): Command {
  return parent
    .command(name)
    .option('--config <path>', 'path of the producer.yaml')
    .option('--debug', 'say more');
}

/** The command line on the file that is named, else on producer.yaml here or, without one, on the nearest project. */
export function onFile(cli: Cli): Cli {
  const { config, ...globals } = cli.globals;
  const named = config ?? (existsSync(resolve(cli.io.cwd, DEFAULT_FILE)) ? DEFAULT_FILE : undefined);
  if (named === undefined) return { ...cli, globals };
  const path = resolve(cli.io.cwd, named);
  if (!existsSync(path))
    throw new AppError('invalid-config', `no such file: ${path}`, { hint: 'make one with: producer init' });
  return { ...cli, globals: { ...globals, config: path } };
}

/** Turns a verb into what commander calls. */
export const verb = (runtime: Runtime, action: (verb: Verb) => Promise<number | undefined>) =>
  act(runtime, (cli, call) =>
    withProject(onFile(cli), async (project) => {
      const context = await contextOf(project, cli);
      return action({
        ...{ project, flags: call.flags, args: call.args },
        say: (line) => void cli.io.stdout.write(`${neutralise(line)}\n`),
        json: (value) => cli.out.document(value),
        run: (operation, input) => runOperation(operation, context, input) as Promise<never>,
      });
    }),
  );

/** Without a worker that would carry a write to the ledger out, it is done here: the file is on this machine. */
async function contextOf(project: Project, { io }: Cli): Promise<CallContext> {
  const context = await callContext(project, io.env);
  if (context.settings.board.kind !== 'ledger' || (await hasWorker(project))) return context;
  return { ...context, control: controlHere(project) };
}

/** Does anything carry work out for this project? */
export async function hasWorker({ context, env }: Project): Promise<boolean> {
  const hosts = await context.store.records.listHosts();
  return anyLive(hosts, Date.now(), { seesProcesses: callingPlace(env).runId === null });
}

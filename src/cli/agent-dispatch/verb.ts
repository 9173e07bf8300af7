import type { CallContext, Operation } from '../../api/operation.ts';
import { runOperation } from '../../api/run-operation.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { findFolder } from '../mcp/find-folder.ts';
import { neutralise } from '../neutralise.ts';
import { callContext, withProject } from '../with-project.ts';

/** What a verb works with: the project that callers join, and its operations. */
export interface Verb {
  readonly context: CallContext;
  readonly flags: Call['flags'];
  readonly args: readonly string[];
  /** Prints one line; what others wrote is made harmless. */
  say(line: string): void;
  json(value: unknown): void;
  run<Answer>(operation: Operation, input: Readonly<Record<string, unknown>>): Promise<Answer>;
}

/** A verb's work; a number is its exit code. */
export type VerbAction = (verb: Verb) => Promise<number | undefined>;

/** Turns a verb into what commander calls; it has no flags but its own. */
export const verb = (runtime: Runtime, action: VerbAction) =>
  act(runtime, (cli, call) => joined(cli, (context) => action(verbOf(cli, call, context))));

/** Opens the project that callers join, as MCP does. */
async function joined(cli: Cli, work: (context: CallContext) => Promise<number | undefined>) {
  const at = { ...cli, globals: { dir: await findFolder(cli) } };
  return withProject(at, async (project) => work(await callContext(project, cli.io.env)));
}

function verbOf({ io, out }: Cli, { args, flags }: Call, context: CallContext): Verb {
  return {
    ...{ context, flags },
    args: args.map((one) => (one === undefined ? '' : String(one))),
    say: (line) => void io.stdout.write(`${neutralise(line)}\n`),
    json: (value) => out.document(value),
    run: (operation, input) => runOperation(operation, context, input) as Promise<never>,
  };
}

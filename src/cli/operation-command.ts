import { type Command, InvalidArgumentError, Option } from 'commander';
import { readUp } from '../adapters/local/up-file.ts';
import type { Operation } from '../api/operation.ts';
import { runOperation as run } from '../api/run-operation.ts';
import type { Project } from '../compose.ts';
import { act, type Call, type Cli, type Runtime } from './cli.ts';
import { type CliField, fieldsOf, kebab } from './operation-fields.ts';
import { argumentName, inputOf } from './operation-input.ts';
import { callContext, withProject } from './with-project.ts';
import { joinedCli } from './with-workers.ts';

/** Adds one operation of the table as a command; its flags are read off its input schema. */
export function addOperation(runtime: Runtime, parent: Command, operation: Operation): Command {
  const words = operation.cli?.words ?? [];
  const { positionals, flags } = fieldsOf(operation);
  const command = parent
    .command(words.at(-1) ?? operation.name, { isDefault: operation.cli?.isDefault === true })
    .description(operation.summary);
  for (const field of positionals) {
    const argument = command.createArgument(argumentName(field), field.description);
    command.addArgument(field.choices === null ? argument : argument.choices(field.choices));
  }
  for (const field of flags) command.addOption(toOption(field));
  const examples = operation.cli?.examples ?? [];
  if (examples.length > 0)
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`);
  return command.action(act(runtime, async (cli, call) => answerOnce(cli, operation, call)));
}

function toOption(field: CliField): Option {
  const flag = `--${kebab(field.name)}`;
  if (field.kind === 'switch') {
    return field.fallback === true
      ? new Option(`--no-${kebab(field.name)}`, `not: ${field.description}`)
      : new Option(flag, field.description);
  }
  const value = field.required ? '<value>' : `<${field.kind === 'number' ? 'number' : 'value'}>`;
  const option = new Option(
    field.kind === 'list' ? `${flag} <values...>` : `${flag} ${value}`,
    withDefault(field),
  );
  if (field.choices !== null) option.choices(field.choices);
  if (field.kind === 'number') option.argParser(asNumber);
  return option.makeOptionMandatory(field.required);
}

const withDefault = ({ description, fallback }: CliField): string =>
  fallback === undefined ? description : `${description} (default ${JSON.stringify(fallback)})`;

function asNumber(text: string): number {
  if (text.trim() === '' || Number.isNaN(Number(text)))
    throw new InvalidArgumentError('It must be a number.');
  return Number(text);
}

/** One call, one answer. */
export async function answerOnce(cli: Cli, operation: Operation, call: Call): Promise<undefined> {
  const input = inputOf(operation, call);
  const joined = operation.cli?.ofUser === true ? await joinedCli(cli) : cli;
  await withProject(joined, async (project) => {
    await printAnswer(cli, operation.name, await runOperation(cli, project, operation, input));
  });
}

/** Runs the operation as the person at this terminal; what only an `up` knows is taken from there. */
export async function runOperation(
  cli: Cli,
  project: Project,
  operation: Operation,
  input: Record<string, unknown>,
): Promise<unknown> {
  if (operation.name !== 'status') return run(operation, await callContext(project, cli.io.env), input);
  const up = await readUp(project.settings().stateDir);
  const since = up === null ? undefined : Date.parse(up.since);
  const answer = await run(operation, await callContext(project, cli.io.env, since), input);
  return { ...(answer as object), up };
}

/** Prints what an operation answered, as one document or for people. */
export async function printAnswer(cli: Cli, name: string, result: unknown): Promise<void> {
  if (cli.out.json) {
    cli.out.document(result);
    return;
  }
  const { renderAnswer } = await import('./render/render-answer.ts');
  cli.out.data(renderAnswer(name, result, cli.out));
}

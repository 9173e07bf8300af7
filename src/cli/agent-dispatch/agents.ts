import type { Command } from 'commander';
import { addAgent } from '../../api/operations/add-agent.ts';
import { inspectAgent } from '../../api/operations/inspect-agent.ts';
import { listAgentProfiles } from '../../api/operations/list-agent-profiles.ts';
import { removeAgent } from '../../api/operations/remove-agent.ts';
import { updateAgent } from '../../api/operations/update-agent.ts';
import type { WireAgentEntry, WireAgentInspection } from '../../api/wire/agent-profile.ts';
import { AppError } from '../../core/errors.ts';
import { act, type Runtime } from '../cli.ts';
import { TRY_TASK, testAgent } from '../test-agent.ts';
import { addAgentOptions, agentFieldsFrom } from './agent-options.ts';
import { agentLines, describeLines, NO_AGENTS_YET } from './agent-texts.ts';
import { type Verb, verb } from './verb.ts';

interface Changed {
  readonly directory: string;
  readonly description: string;
  readonly fields: readonly string[];
  readonly warning?: string;
}

/** `add`, `update`, `remove`, `list`, `describe` and `test` (R-AD-132…137). */
export function addAgentVerbs(runtime: Runtime, program: Command): void {
  const { command } = named(program);
  addAgentOptions(
    command('add', 'Add an agent; without a description one is made from its folder', '<directory>'),
  ).action(verb(runtime, add));
  addAgentOptions(
    command('update', 'Change an agent; none clears a text or list, a budget of 0 the cap'),
  ).action(verb(runtime, update));
  command('remove', 'Remove an agent; its folder stays').action(verb(runtime, remove));
  program
    .command('list')
    .description('List agents and whether their folders are there')
    .action(verb(runtime, list));
  command('describe', 'Show one agent in full').action(verb(runtime, describe));
  command('test', 'Call an agent to see whether it works', '[task]')
    .option('--stream', 'show what it does meanwhile')
    .option('--timeout <seconds>', 'seconds for this once', Number)
    .action(
      act(runtime, (cli, { args, flags }) =>
        testAgent(cli, {
          agent: String(args[0]),
          task: args[1] === undefined ? TRY_TASK : String(args[1]),
          stream: flags.stream === true,
          ...(flags.timeout === undefined ? {} : { timeout: Number(flags.timeout) }),
          words: { test: 'agent-dispatch test', update: 'agent-dispatch update' },
        }),
      ),
    );
}

const named = (program: Command) => ({
  command(word: string, description: string, second?: string): Command {
    const command = program.command(word).description(description).argument('<name>', 'name of the agent');
    return second === undefined ? command : command.argument(second);
  },
});

async function add({ args: [name, directory], flags, run, say }: Verb): Promise<undefined> {
  const added = await run<Changed>(addAgent, { name, directory, ...agentFieldsFrom(flags) });
  if (flags.description === undefined) say(`Auto-generated description: ${added.description}`);
  if (added.warning !== undefined) say(`Warning: ${added.warning}`);
  say(`Added agent '${name}' -> ${added.directory}`);
}

async function update({ args: [name], flags, run, say }: Verb): Promise<undefined> {
  const { max_budget_usd: budget, ...fields } = agentFieldsFrom(flags);
  if (budget === undefined && Object.keys(fields).length === 0)
    throw new AppError('invalid-input', 'Nothing to update. Pass at least one option (see --help).');
  // Here 0 takes the cap away, as a negative number does there.
  const cap = budget === undefined ? {} : { max_budget_usd: budget === 0 ? -1 : budget };
  const updated = await run<Changed>(updateAgent, { name, ...fields, ...cap });
  if (updated.warning !== undefined) say(`Warning: ${updated.warning}`);
  say(`Updated agent '${name}': ${updated.fields.join(', ')}`);
}

async function remove({ args: [name], run, say }: Verb): Promise<undefined> {
  const { warning } = await run<Changed>(removeAgent, { name });
  if (warning !== undefined) say(`Warning: ${warning}`);
  say(`Removed agent '${name}'.`);
}

async function list({ context, run, say }: Verb): Promise<undefined> {
  const entries = await run<readonly WireAgentEntry[]>(listAgentProfiles, {});
  const { agents, settings } = await context.agents.read();
  if (entries.length === 0) say(NO_AGENTS_YET);
  for (const entry of entries) {
    const profile = agents.get(entry.name);
    if (profile !== undefined) say(agentLines(entry, profile, settings));
  }
}

async function describe({ args: [name], run, say }: Verb): Promise<undefined> {
  say(describeLines(await run<WireAgentInspection>(inspectAgent, { name, preview_lines: 0 })));
}

import type { Command } from 'commander';
import { addGroup } from '../../api/operations/add-group.ts';
import { inspectGroup } from '../../api/operations/inspect-group.ts';
import { listGroups } from '../../api/operations/list-groups.ts';
import { removeGroup } from '../../api/operations/remove-group.ts';
import { updateGroup } from '../../api/operations/update-group.ts';
import { AppError } from '../../core/errors.ts';
import type { Runtime } from '../cli.ts';
import { oneLine } from '../neutralise.ts';
import { type Verb, verb } from './verb.ts';

interface Group {
  readonly name: string;
  readonly description: string;
  readonly shared_context?: string;
  readonly shared_context_present: boolean;
  readonly members: readonly { readonly agent: string; readonly use_for?: string; readonly unknown?: true }[];
}

/** `group add|list|inspect|update|remove` (R-ADX-008). */
export function addGroupVerbs(runtime: Runtime, program: Command): void {
  const group = program.command('group').description('Groups of agents and what they share');
  const one = (word: string, description: string) =>
    group.command(word).description(description).argument('<name>', 'name of the group');
  const collect = (member: string, before: readonly string[] = []) => [...before, member];
  const withFields = (command: Command) =>
    command
      .option('-d, --description <text>', 'what the group is for; members never see it')
      .option('--shared-context <text>', 'what every member is told before a task')
      .option('--member <agent>', 'an agent of the group; may be given several times', collect);
  withFields(one('add', 'Create a group of existing agents')).action(verb(runtime, add));
  group.command('list').description('List groups').action(verb(runtime, list));
  one('inspect', 'Show one group').action(verb(runtime, inspect));
  withFields(one('update', 'Change a group; members given replace those it had')).action(
    verb(runtime, update),
  );
  one('remove', 'Remove a group; its members stay').action(verb(runtime, remove));
}

/** An empty text clears, which is `none` there. */
function fieldsFrom({ description, sharedContext, member }: Verb['flags']): Record<string, unknown> {
  const text = (value: unknown) => (String(value).trim() === '' ? 'none' : value);
  return {
    ...(description === undefined ? {} : { description: text(description) }),
    ...(sharedContext === undefined ? {} : { shared_context: text(sharedContext) }),
    ...(member === undefined ? {} : { member }),
  };
}

async function add({ args: [name], flags, run, say }: Verb): Promise<undefined> {
  const { member_count: count } = await run<{ member_count: number }>(addGroup, {
    name,
    ...fieldsFrom(flags),
  });
  say(`Added group '${name}' (${count} member(s)).`);
  if (count === 0)
    say(`Warning: it has no members yet: agent-dispatch group update ${name} --member <agent>`);
}

async function list({ run, say }: Verb): Promise<undefined> {
  const groups = await run<readonly Group[]>(listGroups, {});
  if (groups.length === 0) say('No groups configured. Run: agent-dispatch group add <name> --member <agent>');
  for (const { name, description, members, shared_context_present: shares } of groups) {
    const names = members.map(({ agent, unknown }) => `${agent}${unknown === true ? '(unknown)' : ''}`);
    const lines = [
      `  ${name} (${members.length} member(s))`,
      ...(description === '' ? [] : [`    desc: ${oneLine(description)}`]),
      ...(names.length === 0 ? [] : [`    members: ${names.join(', ')}`]),
      `    shared context: ${shares ? 'yes' : 'no'}`,
    ];
    say(`${lines.join('\n')}\n`);
  }
}

async function inspect({ args: [name], run, say }: Verb): Promise<undefined> {
  const { description, shared_context: shared = '', members } = await run<Group>(inspectGroup, { name });
  const lines = [
    `${name}`,
    ...(description === '' ? [] : [`  description:    ${oneLine(description)}`]),
    ...(shared === '' ? [] : ['  shared_context:', ...shared.split('\n').map((line) => `    ${line}`)]),
    `  members (${members.length}):`,
    ...members.map(
      ({ agent, use_for: use, unknown }) =>
        `    - ${agent}${unknown === true ? ' (unknown)' : ''}${use === undefined ? '' : ` — ${oneLine(use)}`}`,
    ),
  ];
  say(lines.join('\n'));
}

async function update({ args: [name], flags, run, say }: Verb): Promise<undefined> {
  const fields = fieldsFrom(flags);
  if (Object.keys(fields).length === 0)
    throw new AppError(
      'invalid-input',
      'Nothing to update. Pass --description, --shared-context or --member.',
    );
  const updated = await run<{ fields: readonly string[] }>(updateGroup, { name, ...fields });
  say(`Updated group '${name}': ${updated.fields.join(', ')}`);
}

async function remove({ args: [name], run, say }: Verb): Promise<undefined> {
  await run(removeGroup, { name });
  say(`Removed group '${name}'.`);
}

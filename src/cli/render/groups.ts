import { neutralise, oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';

type Out = Pick<Output, 'style'>;
type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => oneLine(String(value ?? ''));
const membersOf = ({ members }: Fields): readonly Fields[] => (Array.isArray(members) ? members : []);

/** The groups of agents. */
export function renderGroups(groups: readonly Fields[], out: Out): string {
  if (groups.length === 0) return 'No groups yet. Add one: dispatch group add <name>';
  return groups.map((group) => renderGroup(group, out)).join('\n\n');
}

/** One group, with what it shares where that is known. */
export function renderGroup(group: Fields, out: Out): string {
  const members = membersOf(group).map((member) => `  ${memberLine(member, out)}`);
  return [
    out.style.bold(text(group.name)),
    ...(group.description === '' ? [] : [`  ${text(group.description)}`]),
    ...(members.length === 0 ? ['  no members yet'] : members),
    ...sharedLines(group),
  ].join('\n');
}

function memberLine({ agent, use_for, unknown, healthy }: Fields, { style }: Out): string {
  const state =
    unknown === true ? style.bad('unknown') : healthy === true ? '' : style.caution('folder not found');
  const use = use_for === undefined ? '' : `: ${text(use_for)}`;
  return `- ${text(agent)}${use}${state === '' ? '' : ` [${state}]`}`;
}

function sharedLines({ shared_context, shared_context_present }: Fields): string[] {
  if (shared_context_present !== true) return [];
  if (typeof shared_context !== 'string') return ['  shares what its members should know'];
  return ['', neutralise(shared_context.trimEnd())];
}

/** What became of a change. */
export function renderGroupChange({ added, updated, removed, fields, member_count }: Fields): string {
  if (added !== undefined) {
    return `Added group '${text(added)}' with ${text(member_count)} ${member_count === 1 ? 'member' : 'members'}.`;
  }
  if (updated !== undefined) {
    return `Updated group '${text(updated)}': ${(Array.isArray(fields) ? fields : []).map(text).join(', ')}`;
  }
  return `Removed group '${text(removed)}'.`;
}

import { neutralise, oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';

type Out = Pick<Output, 'style'>;
type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => oneLine(String(value ?? ''));
const membersOf = ({ members }: Fields): readonly Fields[] => (Array.isArray(members) ? members : []);

/** One group with its members and what it shares. */
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

function sharedLines({ shared_context }: Fields): string[] {
  if (typeof shared_context !== 'string' || shared_context === '') return [];
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

import { AppError } from '../../errors.ts';
import type { AgentGroup } from '../../schema/agent-profile.ts';
import type { DispatchRequest } from '../../schema/dispatch.ts';
import { quoted } from './texts.ts';

/**
 * The request with what its group shares put before its own context; without a group unchanged. Throws
 * `invalid-input` when the group is unknown or the agent is none of its members (R-ADX-007).
 */
export function withGroupContext(
  request: DispatchRequest,
  groups: ReadonlyMap<string, AgentGroup>,
): DispatchRequest {
  if (request.group === '') return request;
  const shared = memberGroup(request, groups).sharedContext.trim();
  if (shared === '') return request;
  const block = `Shared context (group ${quoted(request.group)}):\n${shared}`;
  const own = request.context.trim();
  return { ...request, context: own === '' ? block : `${block}\n\n${own}` };
}

/** The error text for a group nobody configured. */
export function unknownGroupText(name: string, names: Iterable<string>): string {
  return `Unknown group: ${quoted(name)}. Available: ${[...names].join(', ') || '(none configured)'}`;
}

function memberGroup({ agent, group: name }: DispatchRequest, groups: ReadonlyMap<string, AgentGroup>) {
  const group = groups.get(name);
  if (group === undefined) throw new AppError('invalid-input', unknownGroupText(name, groups.keys()));
  const members = group.members.map((member) => member.agent);
  if (members.length === 0) {
    const fix = `Add one: agent-dispatch group update ${name} --member <agent>`;
    throw new AppError('invalid-input', `Group ${quoted(name)} has no members yet. ${fix}`);
  }
  if (!members.includes(agent)) {
    const known = `Members: ${members.join(', ')}`;
    throw new AppError(
      'invalid-input',
      `Agent ${quoted(agent)} is not a member of group ${quoted(name)}. ${known}`,
    );
  }
  return group;
}

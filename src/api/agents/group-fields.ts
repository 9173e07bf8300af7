import { z } from 'zod';
import { AppError, invalidInput } from '../../core/errors.ts';
import { LIST_PAGE_MAX } from '../../core/limits.ts';
import { unknownAgentText } from '../../core/policy/dispatch/unknown-agent.ts';
import type { AgentDirectory, GroupPatch } from '../../core/ports/agent-registry.ts';
import { agentText } from './agent-fields.ts';

const Member = z.union([z.string(), z.object({ agent: z.string(), use_for: z.string().default('') })]);

/** Fields of a group as every surface takes them (R-ADX-008). */
export const groupFields = {
  description: agentText('What the group is for; members never see it'),
  shared_context: agentText('What every member is told before a task'),
  member: z
    .array(Member)
    .max(LIST_PAGE_MAX)
    .default([])
    .describe('An agent, or "agent: what to use it for"; may be given several times'),
};

const Fields = z.object(groupFields);

/** The fields as a patch: empty says nothing, `none` clears; every member must be an agent there is. */
export function groupPatchOf(
  { description, shared_context, member }: z.output<typeof Fields>,
  directory: AgentDirectory,
): GroupPatch {
  const members = member.length === 1 && isNone(member[0]) ? [] : member.map(memberOf);
  for (const { agent } of members) {
    if (agent === '') invalidInput('member', 'names no agent', 'write agent, or agent: what to use it for');
    if (!directory.agents.has(agent))
      throw new AppError('invalid-input', unknownAgentText(agent, directory.agents.keys()));
  }
  return {
    ...(description === '' ? {} : { description: isNone(description) ? '' : description }),
    ...(shared_context === '' ? {} : { shared_context: isNone(shared_context) ? '' : shared_context }),
    ...(member.length === 0 ? {} : { members }),
  };
}

const isNone = (value: unknown): boolean => typeof value === 'string' && value.toLowerCase() === 'none';

function memberOf(member: z.output<typeof Member>): { agent: string; use_for: string } {
  if (typeof member !== 'string') return member;
  const [agent = '', ...rest] = member.split(':');
  return { agent: agent.trim(), use_for: rest.join(':').trim() };
}

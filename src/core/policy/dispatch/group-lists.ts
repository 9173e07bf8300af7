import type { AgentGroup, AgentProfile } from '../../schema/agent-profile.ts';

/** The answer to a list of groups when there is none (R-ADX-006). */
export const NO_GROUPS = 'No groups configured. Create one: agent-dispatch group add <name>';

type Fields = Readonly<Record<string, unknown>>;
type Health = boolean | 'UNREADABLE';

/** What is known of the agents that a group names. */
export interface MemberFacts {
  readonly agents: ReadonlyMap<string, AgentProfile>;
  /** Is the agent's folder there? */
  readonly healthOf: (agent: string) => Health;
}

/** One group in a list (R-ADX-006). */
export function groupEntry(group: AgentGroup, facts: MemberFacts): Fields {
  return {
    name: group.name,
    description: group.description,
    shared_context_present: group.sharedContext.trim() !== '',
    member_count: group.members.length,
    members: group.members.map((member) => memberOf(member, facts, false)),
  };
}

/** One group in full: with what it shares and who its members are (R-ADX-006). */
export function groupInspection(group: AgentGroup, facts: MemberFacts): Fields {
  return {
    ...groupEntry(group, facts),
    shared_context: group.sharedContext,
    members: group.members.map((member) => memberOf(member, facts, true)),
  };
}

function memberOf(
  { agent, useFor }: AgentGroup['members'][number],
  { agents, healthOf }: MemberFacts,
  full: boolean,
): Fields {
  const profile = agents.get(agent);
  const known =
    profile === undefined
      ? { unknown: true }
      : {
          healthy: healthOf(agent),
          ...(full ? { directory: profile.directory, description: profile.description } : {}),
        };
  return { agent, ...(useFor === '' ? {} : { use_for: useFor }), ...known };
}

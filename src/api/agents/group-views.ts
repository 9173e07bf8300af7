import { groupEntry, groupInspection, type MemberFacts } from '../../core/policy/dispatch/group-lists.ts';
import type { AgentDirectory } from '../../core/ports/agent-registry.ts';
import type { AgentScan } from '../../core/ports/agent-scan.ts';
import type { AgentGroup } from '../../core/schema/agent-profile.ts';
import type { WireGroup, WireGroupInspection } from '../wire/agent-profile.ts';

/** Every group as lists show it (R-ADX-006). */
export async function groupEntriesOf(directory: AgentDirectory, scan: AgentScan): Promise<WireGroup[]> {
  const groups = [...directory.groups.values()];
  const facts = await memberFacts(groups, directory, scan);
  return groups.map((group) => groupEntry(group, facts) as WireGroup);
}

/** One group with what it shares and who its members are. */
export async function groupInspectionOf(
  group: AgentGroup,
  directory: AgentDirectory,
  scan: AgentScan,
): Promise<WireGroupInspection> {
  return groupInspection(group, await memberFacts([group], directory, scan)) as WireGroupInspection;
}

async function memberFacts(
  groups: readonly AgentGroup[],
  { agents }: AgentDirectory,
  scan: AgentScan,
): Promise<MemberFacts> {
  const members = new Set(groups.flatMap((group) => group.members.map(({ agent }) => agent)));
  const looks = await Promise.all(
    [...members].map(async (name) => {
      const profile = agents.get(name);
      return [name, profile === undefined ? false : (await scan.look(profile.directory)).healthy] as const;
    }),
  );
  const health = new Map(looks);
  return { agents, healthOf: (agent) => health.get(agent) ?? false };
}

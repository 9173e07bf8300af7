import { agentEntry, agentInspection } from '../../core/policy/dispatch/agent-lists.ts';
import { agentTimeoutSeconds } from '../../core/policy/dispatch/resolve-spec.ts';
import type { Typical } from '../../core/policy/dispatch/usage-typical.ts';
import type { AgentDirectory } from '../../core/ports/agent-registry.ts';
import type { AgentProfile } from '../../core/schema/agent-profile.ts';
import type { OperationContext } from '../operation.ts';
import type { WireAgentEntry, WireAgentInspection } from '../wire/agent-profile.ts';

type Parts = Pick<OperationContext, 'agentScan' | 'usage'>;

/** Every agent as lists show it; one bad folder spoils no list (R-AD-058, R-AD-059). */
export function entriesOf(directory: AgentDirectory, parts: Parts): Promise<WireAgentEntry[]> {
  return Promise.all(
    [...directory.agents.values()].map(async (profile) => {
      const facts = await parts.agentScan.look(profile.directory);
      return agentEntry(profile, facts, await typical(profile, directory, parts)) as WireAgentEntry;
    }),
  );
}

/** One agent with the beginning of its texts; no agent process is started (R-AD-064, R-AD-066). */
export async function inspectionOf(
  profile: AgentProfile,
  directory: AgentDirectory,
  { previewLines, ...parts }: Parts & { readonly previewLines: number },
): Promise<WireAgentInspection> {
  const facts = await parts.agentScan.look(profile.directory);
  const isLooked = facts.healthy === true;
  const inspection = agentInspection(profile, {
    facts,
    previews: isLooked ? await parts.agentScan.preview(profile.directory, previewLines) : null,
    timeoutSeconds: agentTimeoutSeconds(profile, directory.settings),
    typical: await typical(profile, directory, parts),
  });
  return inspection as WireAgentInspection;
}

/** Nothing is typical where nothing is recorded (R-ADX-029); trouble with the journal costs no answer. */
async function typical(
  { name }: AgentProfile,
  { settings }: AgentDirectory,
  { usage }: Parts,
): Promise<Typical | null> {
  if (!settings.usageLog) return null;
  return usage.typical(name).catch(() => null);
}

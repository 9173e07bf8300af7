import type { AgentPatch, GroupPatch } from '../../core/ports/agent-registry.ts';
import { absoluteFolder } from './absolute-folder.ts';
import type { EntryValues } from './edit-document.ts';

/** A patch as keys of agents.yaml, in the order in which a new entry shows them; what says nothing is null. */
export function agentValues(fields: AgentPatch): EntryValues {
  const { directory, description, capabilities, risky_capabilities, instructions } = fields;
  const values: Readonly<Record<string, unknown>> = {
    directory: directory === undefined ? undefined : absoluteFolder(directory, process.cwd()),
    description: description === '' ? null : description,
    timeout: fields.timeout,
    max_budget_usd: fields.max_budget_usd,
    model: fields.model,
    permission_mode: fields.permission_mode,
    // An empty list means "none" and is kept; null inherits (R-AD-016).
    allowed_tools: fields.allowed_tools,
    disallowed_tools: fields.disallowed_tools,
    capabilities: capabilities?.length === 0 ? null : capabilities,
    risky_capabilities: risky_capabilities?.length === 0 ? null : risky_capabilities,
    instructions: instructions === '' ? null : instructions,
  };
  return given(values);
}

/** The same for a group. */
export function groupValues({ description, shared_context, members }: GroupPatch): EntryValues {
  return given({
    description: description === '' ? null : description,
    shared_context: shared_context === '' ? null : shared_context,
    members: members?.map(({ agent, use_for }) => (use_for === '' ? { agent } : { agent, use_for })),
  });
}

const given = (values: Readonly<Record<string, unknown>>): EntryValues =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

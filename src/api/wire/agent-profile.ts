import { z } from 'zod';

const Healthy = z.union([z.boolean(), z.literal('UNREADABLE')]);
const Names = z.array(z.string());

const Permissions = {
  permission_mode: z.string().optional(),
  allowed_tools: Names.optional(),
  disallowed_tools: Names.optional(),
  capabilities: Names.optional(),
  risky_capabilities: Names.optional(),
  typical: z.looseObject({}).optional(),
};

/** An agent in a list; what is unset is left out (R-AD-058). */
export const WireAgentEntry = z.looseObject({
  name: z.string(),
  directory: z.string(),
  description: z.string(),
  healthy: Healthy,
  has_claude_md: z.boolean(),
  has_mcp_config: z.boolean(),
  mcp_servers: Names.optional(),
  stacks: Names.optional(),
  dbs: Names.optional(),
  ...Permissions,
});
export type WireAgentEntry = z.infer<typeof WireAgentEntry>;

/** An agent in full (R-AD-064). */
export const WireAgentInspection = z.looseObject({
  name: z.string(),
  directory: z.string(),
  description: z.string(),
  /** Seconds. */
  timeout: z.number(),
  model: z.string().optional(),
  max_budget_usd: z.number().optional(),
  ...Permissions,
  instructions: z.string().optional(),
  healthy: Healthy,
  mcp_servers: Names.optional(),
  stacks: Names.optional(),
  dbs: Names.optional(),
  scan_error: z.string().optional(),
  has_claude_md: z.boolean().optional(),
  has_readme: z.boolean().optional(),
  has_mcp_config: z.boolean().optional(),
  claude_md_preview: z.string().optional(),
  claude_md_truncated: z.boolean().optional(),
  readme_preview: z.string().optional(),
  readme_truncated: z.boolean().optional(),
});
export type WireAgentInspection = z.infer<typeof WireAgentInspection>;

const Member = z.looseObject({
  agent: z.string(),
  use_for: z.string().optional(),
  unknown: z.literal(true).optional(),
  healthy: Healthy.optional(),
  directory: z.string().optional(),
  description: z.string().optional(),
});

/** A group in a list (R-ADX-006). */
export const WireGroup = z.looseObject({
  name: z.string(),
  description: z.string(),
  shared_context_present: z.boolean(),
  member_count: z.int(),
  members: z.array(Member),
});
export type WireGroup = z.infer<typeof WireGroup>;

/** A group in full. */
export const WireGroupInspection = WireGroup.extend({ shared_context: z.string() });
export type WireGroupInspection = z.infer<typeof WireGroupInspection>;

import { z } from 'zod';

/** An agent that callers may hand work to, whichever file names it (R-SYS-023). Null = inherit the settings. */
export const AgentProfile = z.strictObject({
  name: z.string(),
  source: z.enum(['agents.yaml', 'dispatch.yaml', 'role']),
  kind: z.string(),
  /** Absolute; where its process runs. */
  directory: z.string(),
  description: z.string(),
  timeoutSeconds: z.number().nullable(),
  maxBudgetUsd: z.number().nullable(),
  model: z.string().nullable(),
  permissionMode: z.string().nullable(),
  /** Null = inherit, [] = explicitly none (R-AD-016). */
  allowedTools: z.array(z.string()).nullable(),
  disallowedTools: z.array(z.string()).nullable(),
  capabilities: z.array(z.string()),
  riskyCapabilities: z.array(z.string()),
  /** Standing orders sent with every task (R-ADX-024). */
  instructions: z.string(),
  /** Base command of kind `command`; empty when the kind brings its own. */
  command: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});
export type AgentProfile = z.infer<typeof AgentProfile>;

/** `settings` of agents.yaml with every default filled in (R-AD-015). */
export const DispatchSettings = z.strictObject({
  defaultTimeoutSeconds: z.number(),
  defaultMaxBudgetUsd: z.number().nullable(),
  defaultPermissionMode: z.string().nullable(),
  defaultAllowedTools: z.array(z.string()),
  defaultDisallowedTools: z.array(z.string()),
  maxDispatchDepth: z.int().min(1),
  maxConcurrency: z.int().min(1),
  cache: z.strictObject({ enabled: z.boolean(), ttlSeconds: z.number().min(0), maxSize: z.int().min(1) }),
  dispatchProtocol: z.boolean(),
  usageLog: z.boolean(),
  /** 0 = keep for ever. */
  jobRetentionDays: z.number().min(0),
});
export type DispatchSettings = z.infer<typeof DispatchSettings>;

/** Agents that work together on something, with what all of them should know (R-ADX-005). */
export const AgentGroup = z.strictObject({
  name: z.string(),
  description: z.string(),
  sharedContext: z.string(),
  members: z.array(z.strictObject({ agent: z.string(), useFor: z.string() })),
});
export type AgentGroup = z.infer<typeof AgentGroup>;

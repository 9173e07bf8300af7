import { z } from 'zod';
import {
  AGENT_BUDGET_USD_MAX,
  AGENT_TIMEOUT_SECONDS_MAX,
  CONCURRENT_AGENTS_MAX,
  RETRIES_MAX,
  RETRY_BACKOFF_SECONDS_MAX,
} from '../limits.ts';

/** Turns of one run of a role. */
export const ROLE_TURNS_MAX = 10_000;
export const ROLES_MAX = 200;

/** A role's name is a queue's name, too; a colon stands in the names of its other queues. */
export const ROLE_NAME_PATTERN = /^[^:\p{Cc}]{1,100}$/u;

/** The kind of agent that a role is unless it says otherwise: Claude Code with the role's own prompt and tools. */
export const ROLE_KIND = 'role';

export const AUTH_MODES = ['auto', 'inherit', 'isolated'] as const;
/** Which login and configuration Claude Code runs with (R-PROD-089, R-PROD-090, R-PROD-091). */
export type AuthMode = (typeof AUTH_MODES)[number];

const LISTED_MODES = AUTH_MODES.map((mode) => `'${mode}'`).join(', ');

const Word = z.string().regex(/^[^-]/, 'must not be empty or start with a dash');
const Tools = z.array(Word);

/** A role as a file writes it (R-PROD-012, R-PROD-018). */
export const RoleConfig = z.looseObject({
  prompt: z
    .string()
    .min(1)
    .nullish()
    .describe('File with its system prompt, within the folder of the project'),
  allowed_tools: Tools.nullish().describe('The only tools it has; default Read, Glob and Grep'),
  disallowed_tools: Tools.nullish().describe('Tools it may not use'),
  model: Word.nullish().describe('Model; default that of the CLI'),
  permission_mode: Word.nullish().describe('How the CLI treats tools nobody allowed'),
  max_turns: z.int().min(1).max(ROLE_TURNS_MAX).optional().describe('Turns of one run; default 16'),
  max_budget_usd: z.number().min(0).max(AGENT_BUDGET_USD_MAX).nullish().describe('Dollars a run may cost'),
  timeout_seconds: z
    .union([z.number().positive().max(AGENT_TIMEOUT_SECONDS_MAX), z.literal('none')])
    .nullish()
    .describe('Seconds a run may take; default 3600'),
  max_retries: z.int().min(0).max(RETRIES_MAX).optional().describe('Tries after the first; default 2'),
  retry_backoff_seconds: z.number().min(0).max(RETRY_BACKOFF_SECONDS_MAX).optional().describe('Default 0'),
  concurrency: z
    .int()
    .min(1)
    .max(CONCURRENT_AGENTS_MAX)
    .nullish()
    .describe('Runs of this role at once, in slots of its own; default it shares those of all roles'),
  cwd: z.string().min(1).nullish().describe('Working directory; default the folder of the project'),
  expects: z
    .enum(['text', 'files', 'ledger'])
    .nullish()
    .describe('What a success must have left: an answer, written files, or calls that reached the ledger'),
  kind: z.string().min(1).optional().describe('How it is run; default role, which is Claude Code'),
  command: z
    .union([z.string(), z.array(z.string())])
    .nullish()
    .describe('Program of another kind than role, or of Claude Code when it is not on the PATH'),
  env: z.record(z.string(), z.string()).optional().describe('Variables added to its environment'),
});
export type RoleConfig = z.infer<typeof RoleConfig>;

/** What Claude Code is logged in with. */
export const AuthConfig = z.looseObject({
  mode: z
    .enum(AUTH_MODES, { error: ({ input }) => `must be one of [${LISTED_MODES}]; got '${String(input)}'` })
    .optional()
    .describe(
      'isolated: a configuration of its own; inherit: that of this user; auto: isolated where it can be',
    ),
  inherit_permission_mode: Word.optional().describe('Permission mode in inherit; default bypassPermissions'),
});

/** A role with every default filled in; all paths absolute. */
export const RoleSettings = z.strictObject({
  /** File read for every run; null = the CLI's own system prompt. */
  promptPath: z.string().nullable(),
  /** The only tools there are, in every permission mode (R-PROD-015). */
  allowedTools: z.array(z.string()),
  disallowedTools: z.array(z.string()),
  model: z.string().nullable(),
  /** Null = by the isolation of the run. */
  permissionMode: z.string().nullable(),
  maxTurns: z.int().min(1),
  expects: z.enum(['text', 'files', 'ledger']).nullable(),
});
export type RoleSettings = z.infer<typeof RoleSettings>;

export const AuthSettings = z.strictObject({
  mode: z.enum(AUTH_MODES),
  inheritPermissionMode: z.string(),
});
export type AuthSettings = z.infer<typeof AuthSettings>;

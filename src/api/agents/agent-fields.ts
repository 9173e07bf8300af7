import { z } from 'zod';
import { DISPATCH_TEXT_LENGTH_MAX } from '../../core/dispatch-limits.ts';
import type { AgentFieldsInput } from '../../core/policy/dispatch/agent-patch.ts';

const LIST_LENGTH_MAX = 64 * 1024;

/** Half a surrogate pair or a NUL cannot be written to a file as it came. */
const storable = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text);

/** A text that says nothing when it is empty. */
export const agentText = (description: string, lengthMax = DISPATCH_TEXT_LENGTH_MAX) =>
  z
    .string()
    .max(lengthMax)
    .refine(storable, 'has a NUL character or half of a surrogate pair')
    .default('')
    .describe(description);

/** A number that says nothing when it is 0; endless ones are refused by the rules of the fields, in their words. */
const agentNumber = (description: string) =>
  z
    .custom<number>((value) => typeof value === 'number', 'must be a number')
    .meta({ type: 'number' })
    .default(0)
    .describe(description);

/** The name of an agent or group; what makes a good one is judged where one is made. */
export const entryName = (description: string) => z.string().min(1).max(1_000).describe(description);

/** Fields of an agent as every surface takes them (R-AD-093, R-AD-096, R-ADX-004, R-ADX-024). */
export const agentFields = {
  description: agentText('What the agent is for'),
  timeout: agentNumber('Seconds a call may take; 0 says nothing, the default of the settings counts'),
  max_budget_usd: agentNumber('Dollars one call may cost; 0 says nothing'),
  model: agentText('Model the agent runs on'),
  permission_mode: agentText('default, plan, acceptEdits, bypassPermissions or another mode of its CLI'),
  allowed_tools: agentText('Tools it may use, with commas between; [] = none at all', LIST_LENGTH_MAX),
  disallowed_tools: agentText('Tools it must not use, with commas between; [] = none', LIST_LENGTH_MAX),
  capabilities: agentText('Labels for what it can do, with commas between', LIST_LENGTH_MAX),
  risky_capabilities: agentText('Labels for what needs care, with commas between', LIST_LENGTH_MAX),
  instructions: agentText('Standing orders sent with every task'),
} as const satisfies Record<keyof AgentFieldsInput, z.ZodType>;

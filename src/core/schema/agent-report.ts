import { z } from 'zod';
import { TokensByModel } from './price-table.ts';

/**
 * What an agent that speaks a protocol of its own said at the end, beside how its process ended. It may hold megabytes
 * and secrets: it goes to the store, never into workflow history (R-SYS-012).
 */
export const AgentReport = z.strictObject({
  /** Its last word; empty when it said none. */
  text: z.string(),
  /** The agent's own verdict; absent when it gave none (no result event, output that is no JSON). */
  isError: z.boolean().optional(),
  /** `success`, `error_max_turns`, `error_max_budget_usd`, … as the agent named it. */
  subtype: z.string().optional(),
  /** `completed`, `max_turns`, `budget_exhausted`, `api_error`, … as the agent named it. */
  terminalReason: z.string().optional(),
  /** Reasons the agent listed, bounded in number and length (R-ADX-011). */
  errors: z.array(z.string()).optional(),
  numTurns: z.int().min(0).optional(),
  /** Milliseconds as the agent measured them. */
  reportedMs: z.number().min(0).optional(),
  /** Micro-dollars of the whole conversation so far, resumed runs included, as the agent reported them. */
  conversationMicroUsd: z.int().min(0).optional(),
  /** Model really used, when told. */
  model: z.string().optional(),
  /** Tokens of this run alone, by the model really used; not `complete` = a lower bound, it was cut off (R-PROD-055). */
  tokens: z.strictObject({ byModel: TokensByModel, complete: z.boolean() }).optional(),
  /** Names of tools whose calls were refused, each once, in order (R-AD-051). */
  deniedTools: z.array(z.string()),
  /** HTTP status of the model provider's refusal. */
  apiStatus: z.int().optional(),
  /** The account's limit, not the task's: until when, in epoch ms, where it was told (R-ADX-032). */
  usageLimit: z
    .strictObject({
      resetAt: z.int().nullable(),
      text: z.string(),
      /** Nothing but its words say so. */
      guessed: z.boolean().optional(),
    })
    .optional(),
  /** What ended it was the allowance of the run, not a cap of its agent: more money will be there (R-PROD-052). */
  allowanceReached: z.boolean().optional(),
  /** `--resume` named a conversation the agent does not know. */
  conversationMissing: z.boolean().optional(),
  /** It could not be told the conversation's id beforehand: only the id it names itself counts (R-AD-050). */
  sessionUnnamed: z.boolean().optional(),
  /** How its process ended, when not with 0; the verdict may be a success all the same (R-AD-047). */
  badExit: z.strictObject({ code: z.int().nullable(), signal: z.string().nullable() }).optional(),
  /** Last bytes of its stderr, as text. */
  stderr: z.string(),
  /** What a role ran with: whose login and configuration, and what it was told before the prompt (R-PROD-092). */
  setup: z
    .strictObject({
      authMode: z.enum(['api', 'subscription']),
      configIsolation: z.enum(['isolated', 'inherit']),
      systemPrompt: z.string().nullable(),
      tools: z.array(z.string()),
    })
    .optional(),
  /** A process of the run had to be cleaned up after the agent had ended (R-ADX-012). */
  cleanedUp: z.boolean().optional(),
});
export type AgentReport = z.infer<typeof AgentReport>;

import { z } from 'zod';
import { ModelOptions } from './model-options.ts';

/** What a caller asks of an agent, checked and clamped; empty texts = absent (R-AD-067, R-AD-068). */
export const DispatchRequest = z.strictObject({
  agent: z.string(),
  task: z.string(),
  context: z.string(),
  caller: z.string(),
  goal: z.string(),
  responseFormat: z.enum(['text', 'json']),
  /** For this call only; null = the agent's (R-AD-069). */
  timeoutSeconds: z.number().nullable(),
  group: z.string(),
});
export type DispatchRequest = z.infer<typeof DispatchRequest>;

/**
 * Everything a dispatch runs with, fixed when it was accepted: a later edit of a file changes nothing (R-ADX-044). Values
 * of variables are not in it: they are read when it runs and kept nowhere.
 */
export const DispatchSpec = z.strictObject({
  kind: z.string(),
  directory: z.string(),
  command: z.array(z.string()),
  timeoutSeconds: z.number(),
  options: ModelOptions,
  /** The dollar cap as configured, for texts and for `budget_exceeded` (R-ADX-002). */
  maxBudgetUsd: z.number().nullable(),
  maxDispatchDepth: z.int(),
});
export type DispatchSpec = z.infer<typeof DispatchSpec>;

export const DISPATCH_ERROR_TYPES = [
  'permission',
  'timeout',
  'recursion',
  'not_found',
  'cli_error',
  'budget',
  'usage_limit',
] as const;

/** The wire's answer to one dispatch; what is unset is left out (R-AD-004, R-AD-040, R-AD-041, R-ADX-020). */
export const DispatchResult = z.strictObject({
  agent: z.string(),
  success: z.boolean(),
  result: z.string(),
  session_id: z.string().optional(),
  cost_usd: z.number().optional(),
  duration_ms: z.number().optional(),
  num_turns: z.int().optional(),
  error: z.string().optional(),
  error_type: z.enum(DISPATCH_ERROR_TYPES).optional(),
  parsed_result: z.unknown().optional(),
  /** Was `parsed_result` really read from the text? Tells a JSON null from nothing (R-AD-038). */
  parsed: z.boolean().optional(),
  denied_tools: z.array(z.string()).optional(),
  hint: z.string().optional(),
  budget_exceeded: z.boolean().optional(),
  /** It waits for an answer to this: say it in the same conversation (R-SYS-026). */
  question: z
    .strictObject({
      text: z.string(),
      choices: z.array(z.string()).optional(),
      default_answer: z.string().optional(),
    })
    .optional(),
  /** What the agent says of its own work; never our verdict. */
  outcome: z.enum(['done', 'partial', 'blocked']).optional(),
  /** Last output of a run that was cut off. */
  partial_result: z.string().optional(),
});
export type DispatchResult = z.infer<typeof DispatchResult>;

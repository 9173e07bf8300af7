import { z } from 'zod';

/** What an agent built on a language model is held to; kinds without a model ignore it (R-AD-025). */
export const ModelOptions = z.strictObject({
  model: z.string().nullable(),
  permissionMode: z.string().nullable(),
  allowedTools: z.array(z.string()),
  disallowedTools: z.array(z.string()),
  /** Integer micro-dollars this run may cost; null = no cap. */
  budgetMicroUsd: z.int().min(1).nullable(),
  /** Told to the agent beside the prompt: the dispatch protocol and standing instructions (R-ADX-019). */
  systemPrompt: z.string().nullable(),
  /** Takes the place of the agent's own system prompt; absent = it keeps its own. */
  ownSystemPrompt: z.string().optional(),
  /** The only tools there are, in every permission mode (R-PROD-015); absent = all. */
  onlyTools: z.array(z.string()).optional(),
  maxTurns: z.int().min(1).optional(),
});
export type ModelOptions = z.infer<typeof ModelOptions>;

/** Nothing asked for: the agent's own defaults. */
export const NO_MODEL_OPTIONS: ModelOptions = {
  model: null,
  permissionMode: null,
  allowedTools: [],
  disallowedTools: [],
  budgetMicroUsd: null,
  systemPrompt: null,
};

import { z } from 'zod';

/** What a finished run left behind beside how it ended; kept for people and for boards that keep records (R-PROD-040). */
export const RunAnswer = z.strictObject({
  /** Its last word. */
  text: z.string(),
  turns: z.int().nullable(),
  model: z.string().nullable(),
  /** Files it really wrote, each once. */
  outputRefs: z.array(z.string()),
  toolCalls: z.array(z.strictObject({ name: z.string() })),
  /** Names of tools it was refused, each once; absent in answers kept before this was noted. */
  deniedTools: z.array(z.string()).optional(),
  /** Of a role: whose login and configuration it had, and what it was told before the prompt. */
  authMode: z.string().nullable(),
  configIsolation: z.string().nullable(),
  systemPrompt: z.string().nullable(),
  tools: z.array(z.string()).nullable(),
});
export type RunAnswer = z.infer<typeof RunAnswer>;

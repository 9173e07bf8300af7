import { z } from 'zod';
import { DISPATCH_TEXT_LENGTH_MAX } from '../../core/dispatch-limits.ts';
import { untilDone } from '../dispatch/await-plan.ts';
import { awaitDialogue } from '../dispatch/dialogue-state.ts';
import { startDialogue } from '../dispatch/run-dialogue.ts';
import { defineOperation } from '../operation.ts';

/** Two agents talk until they agree (R-AD-087 to R-AD-092). */
export const dispatchDialogue = defineOperation({
  name: 'dispatch-dialogue',
  summary: 'Let two agents talk about a topic until it is resolved',
  mcp: { tool: 'dispatch_dialogue', annotations: { openWorldHint: true } },
  access: 'write',
  forAgents: true,
  needsWorkers: true,
  input: z.object({
    requester: z.string().min(1).max(200).describe('Agent that wants to know'),
    responder: z.string().min(1).max(200).describe('Agent that answers; it speaks first'),
    topic: z.string().min(1).max(DISPATCH_TEXT_LENGTH_MAX).describe('What they talk about'),
    max_rounds: z.number().default(3).describe('Rounds of two turns, 1 to 10'),
    timeout_seconds: z.number().default(0).describe('Seconds for each turn; 0 = the timeout of the agent'),
    max_cost_usd: z.number().min(0).default(0).describe('No turn begins above this cost; 0 = no cap'),
  }),
  output: z.looseObject({}),
  async run(context, input) {
    const started = await startDialogue(context, input);
    if ('refused' in started) return { ...started.refused };
    const {
      id: _,
      status: __,
      job_ids: ___,
      ...outcome
    } = await untilDone('dialogue', started.id, (waitMs) => awaitDialogue(context, started.id, waitMs));
    return outcome;
  },
});

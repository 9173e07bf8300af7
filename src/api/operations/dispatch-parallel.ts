import { z } from 'zod';
import { readPlan } from '../dispatch/keep-plan.ts';
import { parallelOutcome, startParallel } from '../dispatch/run-parallel.ts';
import { defineOperation } from '../operation.ts';

/** Several calls at once, each for itself, with or without one answer made of all (R-AD-078 to R-AD-084). */
export const dispatchParallel = defineOperation({
  name: 'dispatch-parallel',
  summary: 'Hand tasks to several agents at once',
  mcp: { tool: 'dispatch_parallel', annotations: { openWorldHint: true } },
  access: 'write',
  forAgents: true,
  needsWorkers: true,
  input: z.object({
    dispatches: z
      .union([z.string(), z.array(z.unknown())])
      .describe(
        'JSON array of {agent, task, context?, caller?, goal?, response_format?, return_ref?, summary_chars?, timeout_seconds?, group?}',
      ),
    aggregate: z.string().max(200).default('').describe('Agent that makes one answer of all; empty = none'),
  }),
  output: z.unknown(),
  async run(context, input) {
    const id = await startParallel(context, input);
    return parallelOutcome(context, id, await readPlan(context, 'parallel', id));
  },
});

import { z } from 'zod';
import { untilDone } from '../dispatch/await-plan.ts';
import { awaitParallel } from '../dispatch/parallel-state.ts';
import { startParallel } from '../dispatch/run-parallel.ts';
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
    const { items, aggregated } = await untilDone('parallel', id, (waitMs) =>
      awaitParallel(context, id, waitMs),
    );
    const results = items.map(({ result }) => result ?? null);
    // As asked for: an aggregator that never came to an answer is told as none.
    if (input.aggregate === '') return results;
    return { individual_results: results, aggregated: aggregated?.result ?? null };
  },
});

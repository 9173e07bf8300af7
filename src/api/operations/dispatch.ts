import { z } from 'zod';
import { resultOf } from '../../core/policy/dispatch/job-result.ts';
import { shaped } from '../dispatch/answer.ts';
import { awaitResult } from '../dispatch/await-end.ts';
import { keepCachedAnswer } from '../dispatch/cached-answer.ts';
import { newJobId } from '../dispatch/job-id.ts';
import { requestFields, requestOf } from '../dispatch/request-fields.ts';
import { submit } from '../dispatch/submit.ts';
import { defineOperation } from '../operation.ts';

/** One answer of one agent; equal calls share the answer for a while (R-AD-067 to R-AD-074). */
export const dispatch = defineOperation({
  name: 'dispatch',
  summary: 'Hand a task to an agent and wait for its answer',
  mcp: { tool: 'dispatch', annotations: { openWorldHint: true } },
  access: 'write',
  forAgents: true,
  needsWorkers: true,
  input: z.object({
    ...requestFields,
    return_ref: z.boolean().default(false).describe('Answer a reference and a summary instead of all text'),
    summary_chars: z.number().default(500).describe('Characters of the summary, 0 to 100000'),
    cache: z
      .enum(['use', 'refresh', 'bypass'])
      .default('use')
      .describe("use = take an equal call's answer; refresh = run anew and keep it; bypass = neither"),
  }),
  output: z.looseObject({}),
  async run(context, input) {
    const request = requestOf(input);
    const shape = { returnRef: input.return_ref, summaryChars: input.summary_chars };
    const cache = input.cache === 'bypass' ? 'off' : input.cache;
    const submission = { request, mode: 'sync', sessionId: null, cache, taskId: null } as const;
    const submitted = await submit(context, submission);
    switch (submitted.kind) {
      case 'refused':
        return submitted.result;
      case 'cached': {
        context.progress?.(`Cache hit for ${request.agent}`);
        const jobId = shape.returnRef ? await keepCachedAnswer(context, newJobId(null), submitted) : '';
        return { ...shaped(jobId, submitted.result, shape), cached: true };
      }
      case 'job': {
        const { job } = submitted;
        return shaped(job.jobId, resultOf(await awaitResult(context, job)), shape);
      }
    }
  },
});

import { z } from 'zod';
import { requestFields, requestOf } from '../dispatch/request-fields.ts';
import { submit } from '../dispatch/submit.ts';
import { defineOperation } from '../operation.ts';

/** A job to be collected later (R-AD-099). */
export const dispatchAsync = defineOperation({
  name: 'dispatch-async',
  summary: 'Hand a task to an agent and get the id of a job at once',
  mcp: { tool: 'dispatch_async', annotations: { openWorldHint: true } },
  access: 'write',
  forAgents: true,
  needsWorkers: true,
  input: z.object(requestFields),
  output: z.looseObject({}),
  async run(context, input) {
    const submission = { mode: 'async', sessionId: null, cache: 'off', taskId: null } as const;
    const submitted = await submit(context, { ...submission, request: requestOf(input) });
    if (submitted.kind !== 'job') return submitted.result;
    return { job_id: submitted.job.jobId, status: 'pending', agent: input.agent };
  },
});

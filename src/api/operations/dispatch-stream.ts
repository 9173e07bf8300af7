import { z } from 'zod';
import { resultOf } from '../../core/policy/dispatch/job-result.ts';
import { awaitResult } from '../dispatch/await-end.ts';
import { requestFields, requestOf } from '../dispatch/request-fields.ts';
import { submit } from '../dispatch/submit.ts';
import { defineOperation } from '../operation.ts';

/** One answer with what happens meanwhile; every dispatch is told live, this one is never cached (R-AD-085). */
export const dispatchStream = defineOperation({
  name: 'dispatch-stream',
  summary: 'Hand a task to an agent and hear what it does until it answers',
  mcp: { tool: 'dispatch_stream', annotations: { openWorldHint: true } },
  access: 'write',
  forAgents: true,
  needsWorkers: true,
  input: z.object(requestFields),
  output: z.looseObject({}),
  async run(context, input) {
    const submission = { mode: 'stream', sessionId: null, cache: 'off', taskId: null } as const;
    const submitted = await submit(context, { ...submission, request: requestOf(input) });
    if (submitted.kind !== 'job') return submitted.result;
    return resultOf(await awaitResult(context, submitted.job));
  },
});

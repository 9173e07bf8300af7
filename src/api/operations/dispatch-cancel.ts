import { z } from 'zod';
import { cancelJob } from '../dispatch/cancel-job.ts';
import { jobNamed } from '../dispatch/job-named.ts';
import { defineOperation } from '../operation.ts';

/** Calls a job off, wherever it waits or runs (R-AD-107, R-ADX-001, R-ADX-043). */
export const dispatchCancel = defineOperation({
  name: 'dispatch-cancel',
  summary: 'Call a job off; a running agent is stopped',
  mcp: { tool: 'dispatch_cancel', annotations: { destructiveHint: true, idempotentHint: true } },
  http: { method: 'POST', path: '/jobs/:job_id/cancel', access: 'write' },
  cli: { words: ['cancel'], positionals: ['job_id'], examples: ['dispatch cancel 4f0c…'] },
  input: z.object({ job_id: z.string().describe('Id of the job') }),
  output: z.looseObject({}),
  run: async (context, { job_id }) => ({ ...(await cancelJob(context, await jobNamed(context, job_id))) }),
});

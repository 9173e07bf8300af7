import { z } from 'zod';
import { cancelJob } from '../dispatch/cancel-job.ts';
import { jobNamed } from '../dispatch/job-named.ts';
import { withJobStorage } from '../dispatch/job-storage.ts';
import { requireOwnCall } from '../dispatch/take-dispatch.ts';
import { defineOperation } from '../operation.ts';

/** Calls a job off, wherever it waits or runs (R-AD-107, R-ADX-001, R-ADX-043). */
export const dispatchCancel = defineOperation({
  name: 'dispatch-cancel',
  summary: 'Call a job off; a running agent is stopped',
  mcp: { tool: 'dispatch_cancel', annotations: { destructiveHint: true, idempotentHint: true } },
  http: {
    ...{ method: 'POST', path: '/jobs/:job_id/cancel', access: 'write' },
    also: ['/dispatches/:job_id/cancel'],
  },
  forAgents: true,
  cli: { ofUser: true, words: ['cancel'], positionals: ['job_id'], examples: ['dispatch cancel 4f0c…'] },
  input: z.object({ job_id: z.string().describe('Id of the job') }),
  output: z.looseObject({}),
  run: (context, { job_id }) =>
    withJobStorage('access', async () => {
      const job = await jobNamed(context, job_id);
      requireOwnCall(context, job);
      return { ...(await cancelJob(context, job)) };
    }),
});

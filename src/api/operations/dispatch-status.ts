import { z } from 'zod';
import { jobNamed } from '../dispatch/job-named.ts';
import { withJobStorage } from '../dispatch/job-storage.ts';
import { shownJob } from '../dispatch/shown-job.ts';
import { defineOperation } from '../operation.ts';
import { WireJob } from '../wire/job.ts';

/** One job with everything known of it (R-AD-105, R-AD-116). */
export const dispatchStatus = defineOperation({
  name: 'dispatch-status',
  summary: 'Show a job: what was asked, where it stands, what came of it',
  http: { method: 'GET', path: '/jobs/:job_id', access: 'read' },
  mcp: { tool: 'dispatch_status', annotations: { readOnlyHint: true } },
  cli: { ofUser: true, words: ['job'], positionals: ['job_id'] },
  forAgents: true,
  input: z.object({ job_id: z.string().describe('Id of the job') }),
  output: WireJob,
  run: async (context, { job_id }) =>
    withJobStorage('read', async () => shownJob(context, await jobNamed(context, job_id))),
});

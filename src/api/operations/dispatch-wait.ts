import { z } from 'zod';
import { clampWait } from '../../core/policy/dispatch/clamps.ts';
import { jobRecord } from '../../core/policy/dispatch/job-record.ts';
import { isOver } from '../../core/schema/job.ts';
import { awaitEnd } from '../dispatch/await-end.ts';
import { jobNamed } from '../dispatch/job-named.ts';
import { requireEndToCome } from '../dispatch/nested-wait.ts';
import { shownJob } from '../dispatch/shown-job.ts';
import { defineOperation } from '../operation.ts';

/** The job once it has ended, else as it is when the time is over (R-AD-106). */
export const dispatchWait = defineOperation({
  name: 'dispatch-wait',
  summary: 'Wait for a job to end',
  mcp: { tool: 'dispatch_wait', annotations: { readOnlyHint: true } },
  forAgents: true,
  input: z.object({
    job_id: z.string().describe('Id of the job'),
    timeout_seconds: z.number().default(60).describe('Seconds to wait at most, 1 to 3600'),
  }),
  output: z.looseObject({}),
  async run(context, { job_id, timeout_seconds }) {
    const job = await jobNamed(context, job_id);
    if (isOver(job.status)) return { ...jobRecord(job) };
    await requireEndToCome(context, job_id);
    const ended = await awaitEnd(context, job, clampWait(timeout_seconds) * 1000);
    if (ended !== null) return { ...jobRecord(ended) };
    return { ...(await shownJob(context, await jobNamed(context, job_id))), timed_out_waiting: true };
  },
});

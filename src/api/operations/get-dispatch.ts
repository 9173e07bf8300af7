import { z } from 'zod';
import { requireEndToCome } from '../dispatch/nested-wait.ts';
import { shownJob } from '../dispatch/shown-job.ts';
import { jobAfter } from '../dispatch/take-dispatch.ts';
import { wait } from '../dispatch/wait-field.ts';
import { defineOperation } from '../operation.ts';
import { WireJob } from '../wire/job.ts';

/** `GET /dispatches/{job_id}`: the job, at once or when it has ended. Whoever knows the id may read it (R-AD-127). */
export const getDispatch = defineOperation({
  name: 'get-dispatch',
  summary: 'Show a dispatch, or wait for its end',
  http: { method: 'GET', path: '/dispatches/:job_id', access: 'read' },
  forAgents: true,
  input: z.object({ job_id: z.string().describe('Id of the job'), wait: wait() }),
  output: WireJob,
  async run(context, { job_id, wait: seconds }) {
    if (seconds > 0) await requireEndToCome(context, job_id);
    return shownJob(context, await jobAfter(context, job_id, seconds * 1000));
  },
});

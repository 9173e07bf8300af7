import { z } from 'zod';
import { EVENT_BATCH_MAX } from '../../core/limits.ts';
import { jobNamed } from '../dispatch/job-named.ts';
import { defineOperation } from '../operation.ts';
import { WireEvent, wireEvent } from '../wire/event.ts';

/** `GET /dispatches/{job_id}/events`: server-sent events on HTTP, one page of events elsewhere (R-AD-086, R-SYS-024). */
export const dispatchEvents = defineOperation({
  name: 'dispatch-events',
  summary: 'Follow what the agent of a dispatch does',
  http: { method: 'GET', path: '/dispatches/:job_id/events', access: 'read', as: 'event-stream' },
  forAgents: true,
  input: z.object({
    job_id: z.string().describe('Id of the job'),
    since: z.int().min(0).optional().describe('Go on after this event (as Last-Event-ID does)'),
    wait: z.boolean().default(true).describe('Keep the stream open until the dispatch is over'),
  }),
  output: z.array(WireEvent),
  async run(context, { job_id: jobId, since: afterSeq = 0 }) {
    await jobNamed(context, jobId);
    const page = { jobId, afterSeq, limit: EVENT_BATCH_MAX };
    return (await context.store.projection.listEvents(page)).map(wireEvent);
  },
});

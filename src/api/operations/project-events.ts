import { z } from 'zod';
import { EVENT_BATCH_MAX } from '../../core/limits.ts';
import { defineOperation } from '../operation.ts';
import { WireEvent, wireEvent } from '../wire/event.ts';

/** `GET /events`: server-sent events of the whole project (R-SYS-024), one page of events elsewhere. */
export const projectEvents = defineOperation({
  name: 'project-events',
  summary: 'Follow the events of all tasks',
  http: { method: 'GET', path: '/events', access: 'read', as: 'event-stream' },
  input: z.object({
    since: z.int().min(0).optional().describe('Go on after this event; absent = only what comes from now on'),
  }),
  output: z.array(WireEvent),
  async run({ store }, input) {
    const afterSeq = input.since ?? 0;
    return (await store.projection.listEvents({ afterSeq, limit: EVENT_BATCH_MAX })).map(wireEvent);
  },
});

import { z } from 'zod';
import { EVENT_BATCH_MAX } from '../../core/limits.ts';
import { taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireEvent, wireEvent } from '../wire/event.ts';

/** `GET /tasks/{task_id}/events`: server-sent events on HTTP (R-ART-091…095), one page of events elsewhere. */
export const taskEvents = defineOperation({
  name: 'task-events',
  summary: "Follow a task's agent events",
  http: {
    method: 'GET',
    path: '/tasks/:task_id/events',
    access: 'read',
    as: 'event-stream',
  },
  forAgents: true,
  input: z.object({
    task_id: taskId(),
    since: z
      .int()
      .min(0)
      .optional()
      .describe('Go on after this event, over all runs of the task (as Last-Event-ID does)'),
    wait: z.boolean().default(true).describe('Keep the stream open until a run starts'),
  }),
  output: z.array(WireEvent),
  async run({ board, store }, input) {
    await board.getTask(input.task_id);
    const afterSeq = input.since ?? 0;
    const page = { taskId: input.task_id, afterSeq, limit: EVENT_BATCH_MAX };
    return (await store.projection.listEvents(page)).map(wireEvent);
  },
});

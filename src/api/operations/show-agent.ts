import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { EVENT_BATCH_MAX, EVENTS_SHOWN_MAX } from '../../core/limits.ts';
import type { Projection } from '../../core/ports/store.ts';
import { taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireEvent, wireEvent } from '../wire/event.ts';
import { WireAgent, wireAgent } from '../wire/run.ts';

/** `GET /agents/{task_id}`: the latest run of a task with its events, finished ones too (R-ART-087). */
export const showAgent = defineOperation({
  name: 'show-agent',
  summary: 'Show the latest run of a task with its events',
  http: { method: 'GET', path: '/agents/:task_id', access: 'read' },
  input: z.object({ task_id: taskId() }),
  output: WireAgent.extend({
    events: z.array(WireEvent),
    /** Older events were left out. */
    truncated: z.boolean(),
  }),
  async run({ store }, input) {
    const [run] = await store.projection.listRuns({ taskId: input.task_id, limit: 1 });
    if (run === undefined) {
      throw new AppError('agent-not-found', `no run is known for task ${input.task_id}`, {
        hint: `GET /tasks/${encodeURIComponent(input.task_id)}/why says why it has not started`,
      });
    }
    return { ...wireAgent(run, Date.now()), ...(await lastEvents(store.projection, run.runId)) };
  },
});

/** The newest events of a run, oldest first, at most {@link EVENTS_SHOWN_MAX}. */
async function lastEvents(
  projection: Projection,
  runId: string,
): Promise<{ events: WireEvent[]; truncated: boolean }> {
  let events: WireEvent[] = [];
  let truncated = false;
  for (let afterSeq = 0; ; ) {
    // Bounded: a run keeps EVENTS_PER_RUN_MAX events.
    const page = await projection.listEvents({ runId, afterSeq, limit: EVENT_BATCH_MAX });
    events.push(...page.map(wireEvent));
    if (events.length > EVENTS_SHOWN_MAX) {
      events = events.slice(-EVENTS_SHOWN_MAX);
      truncated = true;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < EVENT_BATCH_MAX) return { events, truncated };
    afterSeq = last.seq;
  }
}

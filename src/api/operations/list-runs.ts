import { z } from 'zod';
import { limit, taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireRun, wireRun } from '../wire/run.ts';

/** `GET /runs`: agent runs, newest first. */
export const listRuns = defineOperation({
  name: 'list-runs',
  summary: 'List agent runs, newest first',
  http: { method: 'GET', path: '/runs', access: 'read' },
  cli: { words: ['runs', 'list'], examples: ['dispatch runs list --task 12'] },
  input: z.object({
    task: taskId().optional().describe('Only runs of this task'),
    status: z.enum(['running', 'finished']).optional().describe('Only running or only finished runs'),
    limit: limit(),
  }),
  output: z.array(WireRun),
  async run({ store }, { task, status, limit: most }) {
    const now = Date.now();
    const runs = await store.projection.listRuns({
      limit: most,
      ...(task === undefined ? {} : { taskId: task }),
      ...(status === undefined ? {} : { status }),
    });
    return runs.map((run) => wireRun(run, now));
  },
});

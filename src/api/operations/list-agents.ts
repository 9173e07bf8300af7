import { z } from 'zod';
import { LIST_PAGE_MAX } from '../../core/limits.ts';
import { defineOperation } from '../operation.ts';
import { WireAgent, wireAgent } from '../wire/run.ts';

/** `GET /agents`: the agents that run now (R-ART-086). */
export const listAgents = defineOperation({
  name: 'list-agents',
  summary: 'List the running agents',
  http: { method: 'GET', path: '/agents', access: 'read' },
  cli: { words: ['agents'] },
  input: z.object({}),
  output: z.array(WireAgent),
  async run({ store }) {
    const now = Date.now();
    const runs = await store.projection.listRuns({ status: 'running', limit: LIST_PAGE_MAX });
    // Runs of no task are in `GET /runs` alone: whoever reads this list knows agents by their task.
    return runs.filter(({ taskId }) => taskId !== null).map((run) => wireAgent(run, now));
  },
});

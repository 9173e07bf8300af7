import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { existingRun, runId } from '../run.ts';
import { WireRunDetail, wireRunDetail } from '../wire/run.ts';

/** `GET /runs/{run_id}`: what was asked, how it ran, how it ended (R-SYS-025). */
export const getRun = defineOperation({
  name: 'get-run',
  summary: 'Show one agent run with its prompt',
  http: { method: 'GET', path: '/runs/:run_id', access: 'read' },
  cli: { words: ['runs', 'show'], positionals: ['run_id'] },
  input: z.object({ run_id: runId() }),
  output: WireRunDetail,
  run: async ({ store }, input) => wireRunDetail(await existingRun(store, input.run_id), Date.now()),
});

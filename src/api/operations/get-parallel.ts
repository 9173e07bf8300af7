import { z } from 'zod';
import { awaitParallel } from '../dispatch/parallel-state.ts';
import { wait } from '../dispatch/wait-field.ts';
import { defineOperation } from '../operation.ts';
import { WireParallel } from '../wire/together.ts';

/** `GET /parallels/{id}`: each call as it stands, with what was made of all when that was asked for. */
export const getParallel = defineOperation({
  name: 'get-parallel',
  summary: 'Show calls side by side, or wait for their end',
  http: { method: 'GET', path: '/parallels/:id', access: 'read' },
  forAgents: true,
  input: z.object({ id: z.string().describe('Id of the calls'), wait: wait() }),
  output: WireParallel,
  run: (context, { id, wait: seconds }) => awaitParallel(context, id, seconds * 1000),
});

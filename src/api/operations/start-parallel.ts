import { oncePerKey } from '../dispatch/once-per-key.ts';
import { awaitParallel } from '../dispatch/parallel-state.ts';
import { startParallel as begin } from '../dispatch/run-parallel.ts';
import { answeredAt, wait } from '../dispatch/wait-field.ts';
import { defineOperation } from '../operation.ts';
import { WireParallel } from '../wire/together.ts';
import { dispatchParallel } from './dispatch-parallel.ts';

/** `POST /parallels`: several calls at once, to be looked at while they run (R-AD-078, R-AD-084). */
export const startParallel = defineOperation({
  name: 'start-parallel',
  summary: 'Hand tasks to several agents at once; answers how far they are',
  http: {
    ...{ method: 'POST', path: '/parallels', access: 'write', query: ['wait'] },
    answered: answeredAt('/parallels'),
  },
  forAgents: true,
  needsWorkers: true,
  input: dispatchParallel.input.extend({ wait: wait() }),
  output: WireParallel,
  async run(context, { wait: seconds, ...asked }) {
    const id = await oncePerKey(context, { operation: 'parallel', body: asked }, () => begin(context, asked));
    return awaitParallel(context, id, seconds * 1000);
  },
});

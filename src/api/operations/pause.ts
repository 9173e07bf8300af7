import { z } from 'zod';
import { reason } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { PauseName, PauseScope, pauseTarget } from '../pause-target.ts';

/** `POST /pause`: no new runs of the project, a route or an agent; running ones go on (R-SYS-020). */
export const pause = defineOperation({
  name: 'pause',
  summary: 'Pause the project, a route or an agent',
  http: { method: 'POST', path: '/pause', access: 'operate' },
  cli: {
    words: ['pause'],
    positionals: ['scope', 'name'],
    examples: ['dispatch pause', 'dispatch pause route Todo', 'dispatch pause agent engineer'],
  },
  input: z.object({
    scope: PauseScope.default('project').describe('What to pause'),
    name: PauseName.optional().describe('Queue of the route, or name of the agent'),
    reason: reason('Why').optional(),
  }),
  output: z.strictObject({ status: z.literal('ok'), scope: PauseScope, name: z.string().nullable() }),
  async run({ control, caller }, input) {
    const target = pauseTarget(input.scope, input.name);
    await control.pause({ ...target, reason: input.reason ?? null }, caller);
    return { status: 'ok', ...target };
  },
});

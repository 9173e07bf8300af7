import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { PauseName, pauseTarget, UnpauseScope } from '../pause-target.ts';

/** `POST /unpause`: ends one pause, or all of them. */
export const unpause = defineOperation({
  name: 'unpause',
  summary: 'End a pause, or all of them',
  http: { method: 'POST', path: '/unpause', access: 'operate' },
  cli: {
    words: ['unpause'],
    positionals: ['scope', 'name'],
    examples: ['dispatch unpause route Todo', 'dispatch unpause --all'],
  },
  input: z.object({
    scope: UnpauseScope.default('project').describe('What to go on with'),
    name: PauseName.optional().describe('Queue of the route, name of the agent or of the account'),
    all: z.boolean().default(false).describe('End every pause'),
  }),
  output: z.strictObject({
    status: z.literal('ok'),
    scope: z.enum([...UnpauseScope.options, 'all']),
    name: z.string().nullable(),
  }),
  async run({ control, caller }, input) {
    const target = input.all ? ({ scope: 'all', name: null } as const) : pauseTarget(input.scope, input.name);
    await control.unpause(target, caller);
    return { status: 'ok', ...target };
  },
});

import { z } from 'zod';
import { defineOperation } from '../operation.ts';

/** `DELETE /kill-switch`: work goes on. */
export const disarmKillSwitch = defineOperation({
  name: 'disarm-kill-switch',
  summary: 'Release the kill switch',
  http: { method: 'DELETE', path: '/kill-switch', access: 'operate' },
  cli: { words: ['resume'], examples: ['dispatch resume'] },
  input: z.object({}),
  output: z.strictObject({ status: z.literal('ok'), armed: z.literal(false), epoch: z.int() }),
  async run({ control, caller }) {
    const { epoch } = await control.disarm(caller);
    return { status: 'ok', armed: false as const, epoch };
  },
});

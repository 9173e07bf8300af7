import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { reason } from '../fields.ts';
import { defineOperation } from '../operation.ts';

/** `POST /kill-switch`: after its answer nothing more starts; 504 names the hosts that have not said so (R-SYS-019). */
export const armKillSwitch = defineOperation({
  name: 'arm-kill-switch',
  summary: 'Stop all new agent runs; --now ends the running ones too',
  http: { method: 'POST', path: '/kill-switch', access: 'operate' },
  cli: {
    words: ['kill'],
    positionals: ['reason'],
    examples: ['dispatch kill "too expensive"', 'dispatch kill --now'],
  },
  input: z.object({
    reason: reason('Why').default('stopped by request'),
    now: z.boolean().default(false).describe('End running agents too; their tasks go back to their queues'),
  }),
  output: z.strictObject({
    status: z.literal('ok'),
    armed: z.literal(true),
    epoch: z.int(),
    confirmed: z.array(z.string()),
  }),
  async run({ control, caller }, { reason: why, now }) {
    const { epoch, confirmed, unconfirmed } = await control.arm({ reason: why, stopRunning: now }, caller);
    if (unconfirmed.length > 0) {
      throw new AppError(
        'brake-unconfirmed',
        `the brake is armed, but these hosts have not confirmed it: ${unconfirmed.join(', ')}`,
        {
          hint: 'look at these hosts; `dispatch host forget <id>` for one that is dead',
          details: { epoch, confirmed, unconfirmed },
        },
      );
    }
    return { status: 'ok' as const, armed: true as const, epoch, confirmed: [...confirmed] };
  },
});

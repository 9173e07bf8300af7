import { z } from 'zod';
import { reason } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { teamState } from '../team/team-state.ts';
import { WireTeam } from '../wire/team.ts';
import { armKillSwitch } from './arm-kill-switch.ts';
import { disarmKillSwitch } from './disarm-kill-switch.ts';

/** `POST /api/kill_switch`: arms or releases the brake and answers the whole state (R-PROD-100). */
export const teamKillSwitch = defineOperation({
  name: 'team-kill-switch',
  summary: 'Turn the kill switch from a page',
  http: { method: 'POST', path: '/api/kill_switch', access: 'operate' },
  input: z.object({
    armed: z.boolean().describe('What it is to be; a body without it changes nothing'),
    reason: reason('Why').default('armed via web UI'),
  }),
  output: WireTeam,
  async run(context, { armed, reason: why }) {
    if (armed) await armKillSwitch.run(context, { reason: why, now: false });
    else await disarmKillSwitch.run(context, {});
    const state = await teamState(context);
    // A release reaches the store a moment later than whoever asked for it hears of it.
    return armed ? state : { ...state, kill_switch: { armed: false, reason: null, armed_at: null } };
  },
});

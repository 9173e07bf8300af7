import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { WireBrake, wireBrake } from '../wire/brake.ts';

/** `GET /kill-switch`: is the project stopped, and by whom? */
export const getKillSwitch = defineOperation({
  name: 'get-kill-switch',
  summary: 'Show the kill switch',
  http: { method: 'GET', path: '/kill-switch', access: 'read' },
  input: z.object({}),
  output: WireBrake,
  run: async ({ store }) => wireBrake(await store.records.loadGovernor()),
});

import { z } from 'zod';
import { defineOperation } from '../operation.ts';

/** `GET /healthz`: this process answers. */
export const healthz = defineOperation({
  name: 'healthz',
  summary: 'Is this process alive?',
  http: { method: 'GET', path: '/healthz', access: 'read' },
  input: z.object({}),
  output: z.strictObject({ status: z.literal('ok') }),
  run: async () => ({ status: 'ok' as const }),
});

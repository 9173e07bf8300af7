import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { queueName } from '../fields.ts';
import { defineOperation } from '../operation.ts';

/** `DELETE /routes/{queue_name}`: its running runs finish with the settings they started with (R-ART-109). */
export const deleteRoute = defineOperation({
  name: 'delete-route',
  summary: 'Stop watching a queue',
  http: { method: 'DELETE', path: '/routes/:queue_name', access: 'manage' },
  input: z.object({ queue_name: queueName('Queue the route watches') }),
  output: z.strictObject({ status: z.literal('ok'), queue_name: z.string() }),
  async run(context, { queue_name }) {
    if ((await context.routes.find(queue_name)) === null) {
      throw new AppError('route-not-found', `no route watches queue ${queue_name}`);
    }
    await context.routes.remove(queue_name);
    return { status: 'ok', queue_name };
  },
});

import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { queueName } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireRoute, wireRoute } from '../wire/route.ts';

/** `GET /routes/{queue_name}` (R-ART-106). */
export const getRoute = defineOperation({
  name: 'get-route',
  summary: 'Show the route of a queue',
  http: { method: 'GET', path: '/routes/:queue_name', access: 'read' },
  input: z.object({ queue_name: queueName('Queue the route watches') }),
  output: WireRoute,
  async run({ routes }, input) {
    const route = await routes.find(input.queue_name);
    if (route === null) {
      throw new AppError('route-not-found', `no route watches queue ${input.queue_name}`);
    }
    return wireRoute(routes, route);
  },
});

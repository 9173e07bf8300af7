import { invalidInput } from '../../core/errors.ts';
import { defineOperation } from '../operation.ts';
import { RouteInput } from '../route-input.ts';
import { WireRoute, wireRoute } from '../wire/route.ts';

/** `PATCH /routes/{queue_name}`: counts from the next pick-up on (R-ART-108). */
export const updateRoute = defineOperation({
  name: 'update-route',
  summary: 'Change fields of a route',
  http: { method: 'PATCH', path: '/routes/:queue_name', access: 'manage' },
  input: RouteInput,
  output: WireRoute,
  async run(context, { queue_name, ...patch }) {
    if (Object.keys(patch).length === 0) invalidInput('body', 'give at least one field of the route');
    const route = await context.routes.update(queue_name, patch);
    return wireRoute(context.routes, route);
  },
});

import { defineOperation } from '../operation.ts';
import { RouteInput } from '../route-input.ts';
import { WireRoute, wireRoute } from '../wire/route.ts';

/** `POST /routes` (R-ART-107). */
export const createRoute = defineOperation({
  name: 'create-route',
  summary: 'Watch a queue with a new route',
  http: { method: 'POST', path: '/routes', success: 201, access: 'manage' },
  input: RouteInput,
  output: WireRoute,
  async run(context, config) {
    const route = await context.routes.create(config);
    return wireRoute(context.routes, route);
  },
});

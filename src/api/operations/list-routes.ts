import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { WireRoute, wireRoute } from '../wire/route.ts';

/** `GET /routes`: effective values, in registration order (R-ART-106). */
export const listRoutes = defineOperation({
  name: 'list-routes',
  summary: 'List the routes with their effective values',
  http: { method: 'GET', path: '/routes', access: 'read' },
  cli: { words: ['routes'] },
  input: z.object({}),
  output: z.array(WireRoute),
  async run({ routes }) {
    const all = await routes.list();
    return Promise.all(all.map((route) => wireRoute(routes, route)));
  },
});

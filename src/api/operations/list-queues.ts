import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { WireQueue, wireQueue } from '../wire/queue.ts';

/** `GET /queues` (R-ART-101). */
export const listQueues = defineOperation({
  name: 'list-queues',
  summary: 'List the queues with their task counts',
  http: { method: 'GET', path: '/queues', access: 'read' },
  cli: { words: ['queues'] },
  input: z.object({}),
  output: z.array(WireQueue),
  run: async ({ board }) => (await board.listQueues()).map(wireQueue),
});

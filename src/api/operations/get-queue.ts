import { z } from 'zod';
import { queueName } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireQueueDetail, wireQueueDetail } from '../wire/queue.ts';

/** `GET /queues/{queue_name}` (R-ART-102). */
export const getQueue = defineOperation({
  name: 'get-queue',
  summary: 'Show a queue with its tasks',
  http: { method: 'GET', path: '/queues/:queue_name', access: 'read' },
  input: z.object({ queue_name: queueName('Name of the queue') }),
  output: WireQueueDetail,
  run: async ({ board }, input) => wireQueueDetail(await board.getQueue(input.queue_name)),
});

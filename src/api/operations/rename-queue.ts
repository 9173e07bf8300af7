import { z } from 'zod';
import { runCommand } from '../command.ts';
import { queueName } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireQueue, wireQueue } from '../wire/queue.ts';
import { usesOfQueue } from '../wire/route.ts';

/** `PATCH /queues/{queue_name}`: routes that use the old name follow (R-ART-104). */
export const renameQueue = defineOperation({
  name: 'rename-queue',
  summary: 'Rename a queue; routes follow',
  http: { method: 'PATCH', path: '/queues/:queue_name', access: 'manage' },
  input: z.object({
    queue_name: queueName('Present name of the queue'),
    name: queueName('New name of the queue'),
  }),
  output: WireQueue,
  async run(context, { queue_name: from, name: to }) {
    const result = await runCommand(context, { operation: 'rename-queue', name: from, newName: to });
    if (result.status === 'accepted') return result;
    if (from !== to && usesOfQueue(await context.routes.list(), from).length > 0) {
      await context.routes.renameQueue(from, to);
    }
    return wireQueue(await context.board.getQueue(to));
  },
});

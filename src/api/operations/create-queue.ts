import { z } from 'zod';
import { runCommand } from '../command.ts';
import { queueName } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireQueue } from '../wire/queue.ts';

/** `POST /queues` (R-ART-103). */
export const createQueue = defineOperation({
  name: 'create-queue',
  summary: 'Create an empty queue',
  http: { method: 'POST', path: '/queues', success: 201, access: 'manage' },
  input: z.object({ name: queueName('Name of the new queue') }),
  output: WireQueue,
  async run(context, { name }) {
    const result = await runCommand(context, { operation: 'create-queue', name });
    return result.status === 'accepted' ? result : { name, task_count: 0 };
  },
});

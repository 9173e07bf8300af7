import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { runCommand } from '../command.ts';
import { queueName } from '../fields.ts';
import { type CallContext, defineOperation } from '../operation.ts';
import { usesOfQueue } from '../wire/route.ts';

/** `DELETE /queues/{queue_name}`: only an empty queue, unless its tasks are told where to go (R-ART-105). */
export const deleteQueue = defineOperation({
  name: 'delete-queue',
  summary: 'Delete an empty queue',
  http: { method: 'DELETE', path: '/queues/:queue_name', access: 'manage' },
  input: z.object({
    queue_name: queueName('Name of the queue'),
    move_to: queueName('Queue that takes its tasks first').optional(),
    force: z.boolean().default(false).describe('Delete it although routes use it'),
  }),
  output: z.strictObject({ status: z.literal('ok'), name: z.string() }),
  async run(context, { queue_name: name, move_to: moveTo, force }) {
    if (!force) await refuseWhenUsed(context, name);
    const result = await runCommand(context, {
      operation: 'delete-queue',
      name,
      ...(moveTo === undefined ? {} : { moveTo }),
    });
    return result.status === 'accepted' ? result : { status: 'ok', name };
  },
});

async function refuseWhenUsed({ routes }: CallContext, name: string): Promise<void> {
  const users = usesOfQueue(await routes.list(), name);
  if (users.length === 0) return;
  throw new AppError('queue-in-use', `queue ${name} is used by ${users.join(', ')}`, {
    hint: 'delete or change these routes first, or repeat with ?force=true',
    details: { users },
  });
}

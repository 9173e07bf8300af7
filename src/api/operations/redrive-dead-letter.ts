import { z } from 'zod';
import { taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { resolveEscalation } from '../task-verbs.ts';

/** `POST /dead-letter/{task_id}/redrive`: back to work with a fresh retry count. */
export const redriveDeadLetter = defineOperation({
  name: 'redrive-dead-letter',
  summary: 'Put a dead task back into its source queue',
  http: { method: 'POST', path: '/dead-letter/:task_id/redrive', access: 'operate' },
  cli: { words: ['dead-letter', 'redrive'], positionals: ['task_id'] },
  input: z.object({ task_id: taskId() }),
  output: z.strictObject({ status: z.literal('ok'), task_id: z.string(), queue_name: z.string() }),
  async run(context, { task_id }) {
    const { queueName } = await context.control.retryTask(task_id, context.caller);
    await resolveEscalation(context, { taskId: task_id, action: 'requeued', note: null });
    return { status: 'ok', task_id, queue_name: queueName };
  },
});

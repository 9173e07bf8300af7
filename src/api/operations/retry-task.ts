import { z } from 'zod';
import { taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { resolveEscalation } from '../task-verbs.ts';

/** `POST /tasks/{task_id}/retry`: back into its source queue with a fresh retry count (R-ART-066). */
export const retryTask = defineOperation({
  name: 'retry-task',
  summary: 'Put a stuck, cancelled or dead task back into its source queue',
  http: { method: 'POST', path: '/tasks/:task_id/retry', access: 'operate' },
  cli: { words: ['task', 'retry'], positionals: ['task_id'], examples: ['dispatch task retry 12'] },
  input: z.object({ task_id: taskId() }),
  output: z.strictObject({ status: z.literal('ok'), task_id: z.string(), queue_name: z.string() }),
  async run(context, { task_id }) {
    const { queueName } = await context.control.retryTask(task_id, context.caller);
    await resolveEscalation(context, { taskId: task_id, action: 'requeued', note: null });
    return { status: 'ok', task_id, queue_name: queueName };
  },
});

import { z } from 'zod';
import { reason, taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';

/** `POST /tasks/{task_id}/cancel`: ends the run; the task stays where it is, flagged, until a retry. */
export const cancelTask = defineOperation({
  name: 'cancel-task',
  summary: "Stop a task's agent and keep the task from running until it is retried",
  http: { method: 'POST', path: '/tasks/:task_id/cancel', access: 'operate' },
  cli: { words: ['task', 'cancel'], positionals: ['task_id'], examples: ['dispatch task cancel 12'] },
  input: z.object({
    task_id: taskId(),
    reason: reason('Why; it stands in the comment').default('cancelled by request'),
  }),
  output: z.strictObject({ status: z.literal('ok'), task_id: z.string(), run_id: z.string().nullable() }),
  async run({ control, caller }, { task_id, reason: why }) {
    const { runId } = await control.cancelTask(task_id, { reason: why }, caller);
    return { status: 'ok', task_id, run_id: runId };
  },
});

import { z } from 'zod';
import { taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';

/** `POST /tasks/{task_id}/start`: does not wait for the next poll; slots, pauses and brake still count. */
export const startTask = defineOperation({
  name: 'start-task',
  summary: 'Start a task now instead of at the next poll',
  http: { method: 'POST', path: '/tasks/:task_id/start', access: 'operate' },
  cli: { words: ['task', 'start'], positionals: ['task_id'], examples: ['dispatch task start 12'] },
  input: z.object({ task_id: taskId() }),
  output: z.strictObject({ status: z.literal('ok'), task_id: z.string(), started: z.int() }),
  async run({ board, control }, { task_id }) {
    await board.getTask(task_id);
    const { started } = await control.startDue(task_id);
    return { status: 'ok', task_id, started };
  },
});

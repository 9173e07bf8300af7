import { z } from 'zod';
import { runCommand } from '../command.ts';
import { queueName, taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';

/** `POST /tasks/{task_id}/move` (R-ART-097). */
export const moveTask = defineOperation({
  name: 'move-task',
  summary: 'Move a task to the end of a queue',
  http: { method: 'POST', path: '/tasks/:task_id/move', access: 'write' },
  forAgents: true,
  cli: {
    words: ['task', 'move'],
    positionals: ['task_id', 'target_queue'],
    examples: ['dispatch task move 12 Done'],
  },
  mcp: { tool: 'move_task', forTasks: true, annotations: { destructiveHint: false, idempotentHint: true } },
  needsWorkers: true,
  input: z.object({ task_id: taskId(), target_queue: queueName('Queue to move the task to') }),
  output: z.strictObject({ status: z.literal('ok'), task_id: z.string(), queue_name: z.string() }),
  async run(context, { task_id, target_queue }) {
    const result = await runCommand(context, {
      operation: 'move-task',
      taskId: task_id,
      targetQueue: target_queue,
    });
    return result.status === 'accepted' ? result : { status: 'ok', task_id, queue_name: target_queue };
  },
});

import { z } from 'zod';
import { NOTE_LENGTH_MAX } from '../../core/policy/escalations/limits.ts';
import { taskId, wordsOf } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { requeueTask as requeue } from '../task-verbs.ts';
import { carriedOutput, wireCarried } from '../wire/carried.ts';

/** `POST /tasks/{task_id}/requeue`: back to work, with a word to the next run (R-PROD-067, R-PROD-070). */
export const requeueTask = defineOperation({
  name: 'requeue-task',
  summary: 'Put a failed, escalated, killed or stuck task back to work, with a note to the next run',
  http: { method: 'POST', path: '/tasks/:task_id/requeue', access: 'operate' },
  cli: {
    words: ['task', 'requeue'],
    positionals: ['task_id'],
    examples: ['dispatch task requeue 12 --note "Use the staging server"'],
  },
  mcp: { tool: 'requeue_task', forTasks: true, annotations: { destructiveHint: false } },
  needsWorkers: true,
  input: z.object({
    task_id: taskId(),
    note: wordsOf(NOTE_LENGTH_MAX, 'What the next run is told').optional(),
    force: z.boolean().default(false).describe('Also a task that is done, waits already or has no route'),
  }),
  output: carriedOutput,
  async run(context, { task_id, note = null, force }) {
    return wireCarried(task_id, await requeue(context, { taskId: task_id, note, force }));
  },
});

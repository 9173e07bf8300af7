import { z } from 'zod';
import { REASON_LENGTH_MAX } from '../../core/limits.ts';
import { taskId, wordsOf } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { killTask as kill } from '../task-verbs.ts';
import { carriedOutput, wireCarried } from '../wire/carried.ts';

/** `POST /tasks/{task_id}/kill`: given up for good, until somebody requeues it (R-PROD-070). */
export const killTask = defineOperation({
  name: 'kill-task',
  summary: 'Give a task up: stop its agent and keep it from running until it is requeued',
  http: { method: 'POST', path: '/tasks/:task_id/kill', access: 'operate' },
  cli: {
    words: ['task', 'kill'],
    positionals: ['task_id'],
    examples: ['dispatch task kill 12 --reason "Not needed any more"'],
  },
  mcp: { tool: 'kill_task', forTasks: true, annotations: { destructiveHint: true } },
  needsWorkers: true,
  input: z.object({
    task_id: taskId(),
    reason: wordsOf(REASON_LENGTH_MAX, 'Why; it stands in the comment').default('killed by request'),
  }),
  output: carriedOutput,
  async run(context, { task_id, reason }) {
    return wireCarried(task_id, await kill(context, { taskId: task_id, reason }));
  },
});

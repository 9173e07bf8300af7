import { z } from 'zod';
import { NOTE_LENGTH_MAX } from '../../core/policy/escalations/limits.ts';
import { taskId, wordsOf } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { rerouteTask as reroute } from '../task-verbs.ts';
import { carriedOutput, wireCarried } from '../wire/carried.ts';

/** `POST /tasks/{task_id}/reroute`: to another agent or role (R-PROD-067, R-PROD-070). */
export const rerouteTask = defineOperation({
  name: 'reroute-task',
  summary: 'Give a task to another agent or role, with a note to its run',
  http: { method: 'POST', path: '/tasks/:task_id/reroute', access: 'operate' },
  cli: {
    words: ['task', 'reroute'],
    positionals: ['task_id'],
    examples: ['dispatch task reroute 12 --agent qa --note "Only the tests are left"'],
  },
  mcp: { tool: 'reroute_task', forTasks: true, annotations: { destructiveHint: false } },
  needsWorkers: true,
  input: z.object({
    task_id: taskId(),
    agent: wordsOf(200, 'Role, queue or agent that takes it'),
    note: wordsOf(NOTE_LENGTH_MAX, 'What its run is told').optional(),
  }),
  output: carriedOutput,
  async run(context, { task_id, agent, note = null }) {
    return wireCarried(task_id, await reroute(context, { taskId: task_id, agent, note }));
  },
});

import { z } from 'zod';
import { taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireTask, wireTask } from '../wire/task.ts';

/** `GET /tasks/{task_id}`: the task on its board and what we know of it (R-ART-088, R-ART-073). */
export const getTask = defineOperation({
  name: 'get-task',
  summary: 'Show a task',
  http: { method: 'GET', path: '/tasks/:task_id', access: 'read' },
  forAgents: true,
  cli: { words: ['task', 'show'], positionals: ['task_id'], examples: ['dispatch task show 12'] },
  mcp: { tool: 'get_task', forTasks: true, annotations: { readOnlyHint: true } },
  input: z.object({ task_id: taskId() }),
  output: WireTask,
  async run({ board, store }, input) {
    const [task, state] = await Promise.all([
      board.getTask(input.task_id),
      store.records.getTaskState(input.task_id),
    ]);
    return wireTask(task, state, board.taskUrl?.(input.task_id) ?? null);
  },
});

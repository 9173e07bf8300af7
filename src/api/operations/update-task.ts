import { z } from 'zod';
import { invalidInput } from '../../core/errors.ts';
import { runCommand } from '../command.ts';
import { description, names, taskId, taskName } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireTask } from '../wire/task.ts';
import { answeredTask } from '../written-task.ts';

/** `PATCH /tasks/{task_id}`: only the given fields change, arrays replace (R-ART-098). */
export const updateTask = defineOperation({
  name: 'update-task',
  summary: 'Change name, description, labels or assignees of a task',
  http: { method: 'PATCH', path: '/tasks/:task_id', access: 'write' },
  forAgents: true,
  cli: { words: ['task', 'update'], positionals: ['task_id'] },
  input: z.object({
    task_id: taskId(),
    name: taskName().optional(),
    description: description().optional(),
    labels: names('Labels; they replace the present ones').optional(),
    assignees: names('Assignees; they replace the present ones').optional(),
  }),
  output: WireTask,
  async run(context, input) {
    const { task_id, name, description: text, labels, assignees } = input;
    const patch = {
      ...(name === undefined ? {} : { name }),
      ...(text === undefined ? {} : { description: text }),
      ...(labels === undefined ? {} : { labels }),
      ...(assignees === undefined ? {} : { assignees }),
    };
    if (Object.keys(patch).length === 0) {
      invalidInput('body', 'give at least one of name, description, labels, assignees');
    }
    const result = await runCommand(context, { operation: 'update-task', taskId: task_id, patch });
    return result.status === 'accepted' ? result : answeredTask(context, result.answer, task_id);
  },
});

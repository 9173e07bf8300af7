import { z } from 'zod';
import { runCommand } from '../command.ts';
import { comment, taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';

/** `POST /tasks/{task_id}/comments` (R-ART-096). */
export const addComment = defineOperation({
  name: 'add-comment',
  summary: 'Add a comment to a task',
  http: { method: 'POST', path: '/tasks/:task_id/comments', success: 201, access: 'write' },
  forAgents: true,
  cli: {
    words: ['task', 'comment'],
    positionals: ['task_id', 'comment'],
    examples: ['dispatch task comment 12 "Looks good"'],
  },
  mcp: { tool: 'add_comment', forTasks: true, annotations: { destructiveHint: false } },
  needsWorkers: true,
  input: z.object({
    task_id: taskId(),
    comment: comment(),
    author: z.string().max(200).optional().describe('Who says it, where the board can keep that'),
  }),
  output: z.strictObject({ status: z.literal('ok'), task_id: z.string(), comment: z.string() }),
  async run(context, input) {
    const { task_id, comment: text, author } = input;
    const by = author ?? (context.boundTaskId === null ? undefined : context.caller.actor);
    const result = await runCommand(context, {
      operation: 'add-comment',
      taskId: task_id,
      text,
      ...(by === undefined ? {} : { author: by }),
    });
    return result.status === 'accepted' ? result : { status: 'ok', task_id, comment: text };
  },
});

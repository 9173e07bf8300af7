import { z } from 'zod';
import type { LedgerExtras } from '../../core/ports/board.ts';
import { runCommand } from '../command.ts';
import { description, names, queueName, taskId, taskName } from '../fields.ts';
import { type FiledBy, filedBy } from '../filed-by.ts';
import { defineOperation } from '../operation.ts';
import { WireTask } from '../wire/task.ts';
import { answeredTask } from '../written-task.ts';

/** `POST /tasks`: a new task at the end of a queue (R-ART-099). */
export const createTask = defineOperation({
  name: 'create-task',
  summary: 'Create a task in a queue',
  http: { method: 'POST', path: '/tasks', success: 201, access: 'write' },
  forAgents: true,
  cli: {
    words: ['task', 'add'],
    positionals: ['queue_name', 'name', 'description'],
    examples: ['dispatch task add Todo "Fix the login" "It fails with an empty password"'],
  },
  mcp: { tool: 'create_task', forTasks: true, annotations: { destructiveHint: false } },
  needsWorkers: true,
  input: z.object({
    queue_name: queueName('Queue the task is put into'),
    name: taskName(),
    description: description().default(''),
    labels: names('Labels').optional(),
    assignees: names('Assignees').optional(),
    parent_task_id: taskId().optional().describe('Task this one comes from'),
  }),
  output: WireTask,
  async run(context, input) {
    // What an agent files is traceable to its own task, whatever it says (R-ART-099).
    const by = context.board.book === undefined ? undefined : await filedBy(context);
    const parentTaskId =
      context.boundTaskId ?? input.parent_task_id ?? context.callingRun?.taskId ?? undefined;
    const result = await runCommand(context, {
      operation: 'create-task',
      queueName: input.queue_name,
      name: input.name,
      description: input.description,
      ...(input.labels === undefined ? {} : { labels: input.labels }),
      ...(input.assignees === undefined ? {} : { assignees: input.assignees }),
      ...(parentTaskId === undefined ? {} : { parentTaskId }),
      ...(context.board.book === undefined ? {} : { ledger: ledgerOf(by, parentTaskId) }),
    });
    return result.status === 'accepted' ? result : answeredTask(context, result.answer);
  },
});

const ledgerOf = (by: FiledBy | undefined, parentTaskId: string | undefined): LedgerExtras => ({
  ...(by === undefined ? {} : { filedBy: by }),
  ...(parentTaskId === undefined ? {} : { parentTaskId }),
});

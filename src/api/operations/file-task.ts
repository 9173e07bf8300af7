import { z } from 'zod';
import { TASK_PRIORITY_MAX } from '../../core/ledger-limits.ts';
import type { LedgerExtras } from '../../core/ports/board.ts';
import { runCommand } from '../command.ts';
import { description, taskId, taskName } from '../fields.ts';
import { filedBy, requireBook } from '../filed-by.ts';
import { jsonObject, taskIds, word } from '../ledger-fields.ts';
import { defineOperation } from '../operation.ts';
import { WireTask } from '../wire/task.ts';
import { answeredTask } from '../written-task.ts';

/** `POST /ledger/tasks`: a task for a role; an agent's own task becomes its parent (R-PROD-024, R-PROD-046). */
export const fileTask = defineOperation({
  name: 'file-task',
  summary: 'File a task for a role of the ledger',
  http: { method: 'POST', path: '/ledger/tasks', success: 201, access: 'write' },
  forAgents: true,
  cli: {
    words: ['task', 'file'],
    examples: [
      'dispatch task file --agent qa --title "Check the cart" --priority 1',
      'dispatch task file --agent code --title "Fix it" --dependencies 01K5 --payload \'{"file": "a.ts"}\'',
    ],
  },
  mcp: {
    tool: 'file_task',
    forTasks: true,
    description:
      'File a follow-up task for a role of this project: work that is above your authority, or that another role does better. It runs by itself once the tasks it depends on are done.',
    annotations: { destructiveHint: false },
  },
  needsWorkers: true,
  input: z.object({
    agent: word('Role that is to do it'),
    title: taskName().describe('Title of the task'),
    description: description().default(''),
    priority: z
      .int()
      .min(-TASK_PRIORITY_MAX)
      .max(TASK_PRIORITY_MAX)
      .default(3)
      .describe('0 urgent … 5 someday'),
    payload: jsonObject('Facts for the agent').optional(),
    dependencies: taskIds('Tasks that must be done first').optional(),
    sprint_id: word('Sprint it belongs to').optional(),
    parent_task_id: taskId()
      .optional()
      .describe('Task this one comes from; that of the run when an agent files it'),
    force: z.boolean().default(false).describe('File it although the role is unknown'),
  }),
  output: WireTask,
  async run(context, input) {
    requireBook(context);
    const by = await filedBy(context);
    const ledger: LedgerExtras = {
      priority: input.priority,
      ...(input.payload === undefined ? {} : { payload: input.payload }),
      ...(input.dependencies === undefined ? {} : { dependencies: input.dependencies }),
      ...(input.sprint_id === undefined ? {} : { sprintId: input.sprint_id }),
      ...(input.parent_task_id === undefined ? {} : { parentTaskId: input.parent_task_id }),
      ...(by === undefined ? {} : { filedBy: by }),
      // Only a person decides that work waits for a role to come.
      ...(input.force && by === undefined ? { force: true } : {}),
    };
    const parentTaskId = by?.taskId ?? input.parent_task_id;
    const result = await runCommand(context, {
      operation: 'create-task',
      ...{ queueName: input.agent, name: input.title, description: input.description, ledger },
      ...(parentTaskId === undefined ? {} : { parentTaskId }),
    });
    return result.status === 'accepted' ? result : answeredTask(context, result.answer);
  },
});

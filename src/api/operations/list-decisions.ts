import { z } from 'zod';
import { taskId } from '../fields.ts';
import { requireBook } from '../filed-by.ts';
import { defineOperation } from '../operation.ts';

/** `GET /tasks/{task_id}/decisions`: what was decided about a task, and why (R-PROD-025). */
export const listDecisions = defineOperation({
  name: 'list-decisions',
  summary: 'List the decisions on a task',
  http: { method: 'GET', path: '/tasks/:task_id/decisions', access: 'read' },
  forAgents: true,
  cli: { words: ['decision', 'list'], positionals: ['task_id'], examples: ['dispatch decision list 01K5'] },
  input: z.object({ task_id: taskId() }),
  output: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      agent: z.string(),
      decision: z.string(),
      rationale: z.string(),
      artifact: z.string().nullable(),
      made_at: z.string(),
    }),
  ),
  async run(context, { task_id }) {
    const decisions = await requireBook(context).decisionsOn(task_id);
    await context.board.getTask(task_id);
    return decisions.map(({ id, kind, agent, decision, rationale, artifact, madeAt }) => ({
      ...{ id, kind, agent, decision, rationale, artifact: artifact ?? null, made_at: madeAt },
    }));
  },
});

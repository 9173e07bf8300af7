import { z } from 'zod';
import { taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { pageTask } from '../team/page-task.ts';
import { requirePage } from '../team/team-state.ts';
import { WireLedgerAudit } from '../wire/team.ts';

/** `GET /api/tasks/{task_id}`: a task, all that was noted of it, and its open case (R-PROD-108). */
export const teamTask = defineOperation({
  name: 'team-task',
  summary: 'Show a task of a ledger as a page does',
  http: { method: 'GET', path: '/api/tasks/:task_id', access: 'read' },
  input: z.object({ task_id: taskId() }),
  output: z.strictObject({
    task: z.record(z.string(), z.unknown()),
    audit: z.array(WireLedgerAudit.extend({ cost_usd: z.number() })),
    escalation_file: z.strictObject({ path: z.string(), content: z.string() }).nullable(),
  }),
  async run(context, { task_id }) {
    const { task, audit } = await pageTask(requirePage(context), task_id);
    const found = await context.escalations.read(task_id);
    return {
      task,
      audit: [...audit],
      escalation_file: found === null ? null : { path: found.path, content: found.text },
    };
  },
});

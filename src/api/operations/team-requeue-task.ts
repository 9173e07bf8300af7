import { z } from 'zod';
import { taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { pageTask } from '../team/page-task.ts';
import { requirePage, teamState } from '../team/team-state.ts';
import { WireTeam } from '../wire/team.ts';
import { requeueTask } from './requeue-task.ts';

/** `POST /api/tasks/{task_id}/requeue`: back to work a failed, escalated or killed task; answers the whole state (R-PROD-100). */
export const teamRequeueTask = defineOperation({
  name: 'team-requeue-task',
  summary: 'Put a task back to work from a page',
  http: { method: 'POST', path: '/api/tasks/:task_id/requeue', access: 'operate' },
  needsWorkers: true,
  input: z.object({ task_id: taskId() }),
  output: WireTeam,
  async run(context, { task_id }) {
    await pageTask(requirePage(context), task_id);
    await requeueTask.run(context, { task_id, force: false });
    return teamState(context);
  },
});

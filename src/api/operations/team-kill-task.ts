import { z } from 'zod';
import { reason, taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { pageTask } from '../team/page-task.ts';
import { requirePage, teamState } from '../team/team-state.ts';
import { WireTeam } from '../wire/team.ts';
import { killTask } from './kill-task.ts';

/** `POST /api/tasks/{task_id}/kill`: gives a task up and answers the whole state; a finished one is refused (R-PROD-100). */
export const teamKillTask = defineOperation({
  name: 'team-kill-task',
  summary: 'Give a task up from a page',
  http: { method: 'POST', path: '/api/tasks/:task_id/kill', access: 'operate' },
  needsWorkers: true,
  input: z.object({ task_id: taskId(), reason: reason('Why').default('killed via web UI') }),
  output: WireTeam,
  async run(context, input) {
    await pageTask(requirePage(context), input.task_id);
    await killTask.run(context, input);
    return teamState(context);
  },
});

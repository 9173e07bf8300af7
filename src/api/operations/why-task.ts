import { z } from 'zod';
import { accountOf } from '../../core/policy/account.ts';
import { JOB_ID_PATTERN } from '../../core/schema/job.ts';
import type { Route } from '../../core/schema/route.ts';
import { whyOfJob } from '../dispatch/why-of-job.ts';
import { taskId } from '../fields.ts';
import { type CallContext, defineOperation } from '../operation.ts';
import { why } from '../why.ts';

/** `GET /tasks/{task_id}/why`: the one reason a task is where it is. */
export const whyTask = defineOperation({
  name: 'why-task',
  summary: 'Say why a task or a dispatch is not running',
  http: { method: 'GET', path: '/tasks/:task_id/why', access: 'read' },
  forAgents: true,
  cli: { words: ['why'], positionals: ['task_id'], examples: ['dispatch why 12'] },
  mcp: { tool: 'why_task', forTasks: true, annotations: { readOnlyHint: true } },
  input: z.object({ task_id: taskId() }),
  output: z.strictObject({
    task_id: z.string(),
    /** Null for a dispatch. */
    queue_name: z.string().nullable(),
    code: z.string(),
    reason: z.string(),
  }),
  async run(context, { task_id }) {
    const { board, store, routes } = context;
    const job = JOB_ID_PATTERN.test(task_id) ? await store.jobs.get(task_id) : null;
    if (job !== null) return { task_id, queue_name: null, ...(await whyOfJob(context, job)) };
    const task = await board.getTask(task_id);
    const [state, [run], all, governor, hosts, ahead] = await Promise.all([
      store.records.getTaskState(task_id),
      store.projection.listRuns({ taskId: task_id, limit: 1 }),
      routes.list(),
      store.records.loadGovernor(),
      store.records.listHosts(),
      countAhead(context, task_id, task.queueName),
    ]);
    const answer = why({
      account: await accountAt(context, all, task.queueName),
      task,
      state,
      run: run ?? null,
      routes: all,
      governor,
      hosts,
      ahead,
      now: Date.now(),
    });
    return { task_id, queue_name: task.queueName, ...answer };
  },
});

/** The account of whoever works on that queue. */
async function accountAt({ routes }: CallContext, all: readonly Route[], queueName: string) {
  const route = all.find((one) => one.queueName === queueName);
  const agent = route && (await routes.agentOf(route).catch(() => null));
  return agent ? accountOf(agent) : null;
}

async function countAhead({ board }: CallContext, taskId: string, queueName: string): Promise<number> {
  const ready = await board.getReadyTasks([queueName]);
  return Math.max(
    0,
    ready.findIndex(({ id }) => id === taskId),
  );
}

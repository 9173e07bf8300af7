import { z } from 'zod';
import { taskId } from '../fields.ts';
import { type CallContext, defineOperation } from '../operation.ts';
import { why } from '../why.ts';

/** `GET /tasks/{task_id}/why`: the one reason a task is where it is. */
export const whyTask = defineOperation({
  name: 'why-task',
  summary: 'Say why a task is not running',
  http: { method: 'GET', path: '/tasks/:task_id/why', access: 'read', forAgents: true },
  cli: { words: ['why'], positionals: ['task_id'], examples: ['dispatch why 12'] },
  mcp: { tool: 'why_task', forTasks: true, annotations: { readOnlyHint: true } },
  input: z.object({ task_id: taskId() }),
  output: z.strictObject({
    task_id: z.string(),
    queue_name: z.string(),
    code: z.string(),
    reason: z.string(),
  }),
  async run(context, { task_id }) {
    const { board, store, routes } = context;
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

async function countAhead({ board }: CallContext, taskId: string, queueName: string): Promise<number> {
  const ready = await board.getReadyTasks([queueName]);
  return Math.max(
    0,
    ready.findIndex(({ id }) => id === taskId),
  );
}

import { z } from 'zod';
import { limit, queueName } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { isStuck, TaskStatus, waitingReason } from '../wire/task.ts';

/** `GET /tasks?queue=&state=&limit=`: tasks in board order with what we know of each. */
export const listTasks = defineOperation({
  name: 'list-tasks',
  summary: 'List tasks, of one queue or of all',
  http: { method: 'GET', path: '/tasks', access: 'read' },
  cli: {
    words: ['task', 'list'],
    examples: ['dispatch task list --queue Todo', 'dispatch task list --state stuck'],
  },
  mcp: { tool: 'list_tasks', forTasks: true, annotations: { readOnlyHint: true } },
  input: z.object({
    queue: queueName('Only tasks of this queue').optional(),
    state: TaskStatus.optional().describe('Only tasks in this state'),
    limit: limit(),
  }),
  output: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      queue_name: z.string(),
      state: TaskStatus,
      retry_count: z.int(),
      waiting_reason: z.string().nullable(),
      stuck: z.boolean(),
    }),
  ),
  async run({ board, store }, { queue, state: wanted, limit: most }) {
    const queues = queue === undefined ? (await board.listQueues()).map(({ name }) => name) : [queue];
    if (queue !== undefined) await board.getQueue(queue);
    const tasks = await (board.listTasks?.(queues) ?? board.getReadyTasks(queues));
    const narrowed = wanted === undefined ? tasks.slice(0, most) : tasks;
    const states = new Map(
      (
        await store.records.listTaskStates({
          taskIds: narrowed.map(({ id }) => id),
          limit: Math.max(1, narrowed.length),
        })
      ).map((state) => [state.taskId, state]),
    );
    return narrowed
      .map((task) => ({ task, state: states.get(task.id) ?? null }))
      .filter(({ state }) => wanted === undefined || (state?.status ?? 'idle') === wanted)
      .slice(0, most)
      .map(({ task, state }) => ({
        id: task.id,
        name: task.name,
        queue_name: task.queueName,
        state: state?.status ?? ('idle' as const),
        retry_count: state?.retryCount ?? 0,
        waiting_reason: task.blocked ?? waitingReason(state),
        stuck: isStuck(task.queueName, state),
      }));
  },
});

import { z } from 'zod';
import { LIST_PAGE_MAX } from '../core/limits.ts';
import type { TaskState } from '../core/schema/run-record.ts';
import type { CallContext } from './operation.ts';
import { isStuck } from './wire/task.ts';
import { isoTimeOrNull } from './wire/time.ts';

/** A task that was given up: moved to a dead-letter queue, or left in place. */
export const WireDeadLetter = z.strictObject({
  task_id: z.string(),
  name: z.string(),
  queue_name: z.string(),
  /** Where a redrive puts it; null when it was not ours. */
  source_queue: z.string().nullable(),
  kind: z.enum(['dead-lettered', 'stuck']),
  retry_count: z.int(),
  runs: z.int(),
  reason: z.string().nullable(),
  since: z.string().nullable(),
});
export type WireDeadLetter = z.infer<typeof WireDeadLetter>;

/** What lies in dead-letter queues by the board's word, then what was left in place. */
export async function deadLetters(
  { board, routes, store }: CallContext,
  limit: number,
): Promise<WireDeadLetter[]> {
  const all = await routes.list();
  const dead = new Set(all.map((route) => route.deadLetterQueue).filter((name) => name !== null));
  const inProgress = new Set(all.map((route) => route.inProgressQueue));
  const [tasks, stuck] = await Promise.all([
    board.getReadyTasks([...dead]),
    store.records.listTaskStates({ status: ['stuck'], limit: LIST_PAGE_MAX }),
  ]);
  const stuckById = new Map(stuck.map((state) => [state.taskId, state]));
  const left = stuck.length === 0 ? [] : await board.getReadyTasks([...inProgress]);
  const given = [
    ...tasks.map((task) => ({ task, kind: 'dead-lettered' as const })),
    ...left
      .filter((task) => isStuck(task.queueName, stuckById.get(task.id) ?? null))
      .map((task) => ({ task, kind: 'stuck' as const })),
  ].slice(0, limit);
  const states = await statesOf(
    store.records,
    given.map(({ task }) => task.id),
  );
  return given.map(({ task, kind }) => {
    const state = states.get(task.id) ?? null;
    return {
      task_id: task.id,
      name: task.name,
      queue_name: task.queueName,
      source_queue: state?.sourceQueue ?? null,
      kind,
      retry_count: state?.retryCount ?? 0,
      runs: state?.runCount ?? 0,
      reason: state?.lastReason ?? null,
      since: isoTimeOrNull(state?.updatedAt ?? null),
    };
  });
}

async function statesOf(
  records: CallContext['store']['records'],
  taskIds: readonly string[],
): Promise<Map<string, TaskState>> {
  if (taskIds.length === 0) return new Map();
  const states = await records.listTaskStates({ taskIds, limit: taskIds.length });
  return new Map(states.map((state) => [state.taskId, state]));
}

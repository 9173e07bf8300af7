import { z } from 'zod';
import type { QueueDetail, QueueSummary } from '../../core/schema/task.ts';

/** A queue and how many tasks it holds (R-ART-101). */
export const WireQueue = z.strictObject({ name: z.string(), task_count: z.int() });
export type WireQueue = z.infer<typeof WireQueue>;

/** A queue with its tasks in board order (R-ART-102). */
export const WireQueueDetail = WireQueue.extend({
  tasks: z.array(z.strictObject({ id: z.string(), name: z.string() })),
});
export type WireQueueDetail = z.infer<typeof WireQueueDetail>;

export const wireQueue = (queue: QueueSummary): WireQueue => ({
  name: queue.name,
  task_count: queue.taskCount,
});

export const wireQueueDetail = (queue: QueueDetail): WireQueueDetail => ({
  ...wireQueue(queue),
  tasks: queue.tasks.map(({ id, name }) => ({ id, name })),
});

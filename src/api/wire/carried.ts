import { z } from 'zod';
import type { Carried } from '../task-verbs.ts';

/** What a person's decision about a task came to. */
export const carriedOutput = z.strictObject({
  status: z.literal('ok'),
  task_id: z.string(),
  queue_name: z.string(),
  /** Where its case was put away; null = there was none. */
  escalation: z.string().nullable(),
});

/** The same as the API shows it. */
export const wireCarried = (taskId: string, { queueName, escalation }: Carried) => ({
  status: 'ok' as const,
  task_id: taskId,
  queue_name: queueName,
  escalation,
});

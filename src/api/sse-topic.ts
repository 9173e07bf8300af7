import type { EventFilter } from '../core/ports/store.ts';
import type { RunEvent } from '../core/schema/run-event.ts';

/** What a stream is about: one task of the board, one dispatch, or everything (R-SYS-024). */
export type StreamTopic =
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'job'; readonly id: string }
  | { readonly kind: 'all' };

/** The topic as a key. */
export const keyOf = (topic: StreamTopic): string =>
  topic.kind === 'all' ? 'all' : `${topic.kind}/${topic.id}`;

/** Keys of all topics an event belongs to. */
export function keysOf({ task_id, job_id }: RunEvent): readonly string[] {
  return [
    'all',
    ...(task_id === null ? [] : [keyOf({ kind: 'task', id: task_id })]),
    ...(job_id === null ? [] : [keyOf({ kind: 'job', id: job_id })]),
  ];
}

/** What of the store a topic is. */
export function filterOf(topic: StreamTopic): Pick<EventFilter, 'taskId' | 'jobId'> {
  switch (topic.kind) {
    case 'task':
      return { taskId: topic.id };
    case 'job':
      return { jobId: topic.id };
    case 'all':
      return {};
  }
}

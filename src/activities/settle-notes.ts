import type { NewRunEvent, RunEventType } from '../core/schema/run-event.ts';
import type { SettleRunInput } from '../core/schema/task-flow.ts';
import { commentOnce } from './comment-once.ts';
import type { ActivityPorts } from './ports.ts';

/** Key of the effect of a settlement's comment. */
export const commentKey = (runId: string, index: number): string => `${runId}/comment/${index}`;

/** Posts a settlement's comments in order, each once. */
export async function commentAll(
  ports: ActivityPorts,
  { claimed, taskId }: SettleRunInput,
  texts: readonly string[],
): Promise<void> {
  const { board, store } = ports;
  for (const [index, text] of texts.entries()) {
    await commentOnce(
      { board, records: store.records },
      {
        key: commentKey(claimed.runId, index),
        ...{ taskId, text, author: 'dispatch' },
      },
    );
  }
}

/** Stored once per run and type: a repeated settlement shows no second event. */
export async function eventOnce(
  { store }: ActivityPorts,
  { claimed, taskId }: SettleRunInput,
  type: RunEventType,
  data: NewRunEvent['data'],
): Promise<void> {
  const key = `${claimed.runId}/event/${type}`;
  if ((await store.records.beginEffect(key)) !== 'new') return;
  await store.projection.appendEvents([
    { task_id: taskId, run_id: claimed.runId, attempt: claimed.attempt, type, data },
  ]);
  await store.records.finishEffect(key);
}

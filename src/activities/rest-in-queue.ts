import { RESTING } from '../core/schema/run-record.ts';
import type { SettleRunInput } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';
import type { Written } from './write-step.ts';

/** Steps after which the workflow asks for its next slot at once, by itself. */
const GOES_ON: ReadonlySet<string> = new Set(['rerun', 'return']);

/**
 * How long the task waits where it stands for the next poll of its route (ms); null: it does not. A task that came back
 * into its own queue, and one that was handed on very often, would else run again and again without a pause.
 */
export async function restInQueue(
  { routes, store }: Pick<ActivityPorts, 'routes' | 'store'>,
  input: SettleRunInput,
  written: Written,
): Promise<number | null> {
  if (!isResting(input, written)) return null;
  const { queueName } = written;
  const route = await routes.find(queueName);
  if (route === null) return null;
  const seconds = route.pollIntervalSeconds;
  await store.records.putTaskState(input.taskId, {
    ...{ status: 'retrying', sourceQueue: queueName, retryCount: 0, lostCount: 0, anomaly: null },
    blockedCode: RESTING,
    blockedText: `it was put into ${queueName} by its own run and waits for the next poll there (every ${seconds} s)`,
  });
  return seconds * 1000;
}

function isResting({ claimed, step, nextLeaseId }: SettleRunInput, { queueName, moved }: Written): boolean {
  if (step.kind === 'cancelled' || GOES_ON.has(step.kind)) return false;
  if (queueName === claimed.sourceQueue) return moved || step.kind !== 'retry';
  return step.kind === 'finish' && nextLeaseId === null;
}

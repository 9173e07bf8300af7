import type { RunUsage } from '../core/policy/money/money-state.ts';
import { utcDay } from '../core/policy/money/utc-day.ts';
import type { SpendRow } from '../core/ports/spend.ts';
import type { RunEnding } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';

/** A run that is settled, whoever reported its end. */
export interface SettledRun extends Pick<SpendRow, 'runId' | 'agent' | 'surface' | 'taskId' | 'jobId'> {
  /** What was set aside for it, micro-dollars. */
  readonly reservedMicroUsd: number;
  readonly ending: RunEnding;
}

/** A slot that was given back before any process was made. */
export const NEVER_RAN: RunUsage = { costMicroUsd: 0, outcome: 'none' };

/**
 * What the governor is told of a run that is over. Its worker has booked it; one that was lost is booked here, at its
 * reservation. Settled twice it counts once, at the same amount (R-PROD-052).
 */
export async function settleSpend(
  { store }: Pick<ActivityPorts, 'store'>,
  { ending, reservedMicroUsd, ...run }: SettledRun,
): Promise<RunUsage> {
  const { records, projection } = store;
  const told = ending.kind === 'worker-lost' ? undefined : ending.costMicroUsd;
  const booked = await records.getSpend(run.runId);
  const record = booked === null ? await projection.getRun(run.runId).catch(() => null) : null;
  const row =
    booked ??
    (await records.bookSpend({
      ...run,
      day: utcDay(record?.startedAt ?? Date.now()),
      at: Date.now(),
      microUsd: told ?? reservedMicroUsd,
      reportedMicroUsd: told ?? null,
      computedMicroUsd: null,
      known: told !== undefined,
    }));
  const isReservation = !row.known && row.microUsd === reservedMicroUsd;
  return { costMicroUsd: isReservation ? null : row.microUsd, outcome: verdictOf(ending), agent: run.agent };
}

/** What it says about its agent; nothing when the end was not its doing. */
function verdictOf(ending: RunEnding): RunUsage['outcome'] {
  switch (ending.kind) {
    case 'succeeded':
      return 'ok';
    case 'failed':
      return ending.limited === true || ending.overBudget === true ? 'none' : 'failed';
    case 'timed-out':
    case 'stalled':
      return 'failed';
    case 'stopped':
    case 'worker-lost':
      return 'none';
  }
}

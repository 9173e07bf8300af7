import type { AdmitRequest, ReleaseAnswer } from '../core/policy/governor/state.ts';
import { FEE_AGENT, feeId } from '../core/policy/money/fee.ts';
import type { Grant, RunUsage } from '../core/policy/money/money-state.ts';
import { dayOfRun } from '../core/policy/money/utc-day.ts';
import { roleOf } from '../core/policy/roles/names.ts';
import type { SpendRow } from '../core/ports/spend.ts';
import type { RunEnding } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';

/** A run that is over, whoever reported its end. */
export interface EndedRun extends Pick<SpendRow, 'runId' | 'agent' | 'surface' | 'taskId' | 'jobId'> {
  /** What was set aside for it, and when it was let in. */
  readonly grant: Partial<Grant>;
  readonly ending: RunEnding;
}

/** A slot that is given back before any process was made. */
export const NEVER_RAN: RunUsage = { costMicroUsd: 0, outcome: 'none' };

/**
 * Gives the slot of a run back and settles its cost. Its worker has booked it; one that was lost is booked here, at what
 * was held for it. Settled twice it counts once, at the same amount (R-PROD-052).
 */
export async function releaseRun(
  { governor, store }: Pick<ActivityPorts, 'governor' | 'store'>,
  run: EndedRun,
  next: AdmitRequest | null = null,
): Promise<ReleaseAnswer> {
  const { ending, grant, ...whose } = run;
  const { reservedMicroUsd = 0, feeMicroUsd = 0, grantedAt } = grant;
  const { runId } = run;
  const told = ending.kind === 'worker-lost' ? undefined : ending.costMicroUsd;
  const booked = await store.records.getSpend(runId);
  const usage = {
    costMicroUsd: booked === null ? (told ?? null) : costOf(booked, reservedMicroUsd),
    ...{ outcome: verdictOf(ending), agent: run.agent },
    ...(feeMicroUsd === 0 ? {} : { feeMicroUsd }),
    ...(grantedAt === undefined ? {} : { grantedAt }),
  };
  const answer = await governor.release({ leaseId: runId, usage, ...(next === null ? {} : { next }) });
  const day = async () =>
    booked?.day ??
    dayOfRun(grant, (await store.projection.getRun(runId).catch(() => null))?.startedAt ?? Date.now());
  if (feeMicroUsd > 0) await store.records.bookSpend(feeRow({ ...run, day: await day() }, feeMicroUsd));
  if (booked === null) {
    await store.records.bookSpend({
      ...{ ...whose, agent: roleOf(run.agent), at: Date.now(), known: told !== undefined },
      day: await day(),
      microUsd: told ?? answer.chargedMicroUsd ?? reservedMicroUsd,
      ...{ reportedMicroUsd: told ?? null, computedMicroUsd: null },
    });
  }
  return answer;
}

/** What the dispatch of a task of a role is charged, booked beside its run and as often: once (R-PROD-014). */
export function feeRow(
  { runId, day, taskId }: Pick<SpendRow, 'runId' | 'day' | 'taskId'>,
  microUsd: number,
): SpendRow {
  return {
    ...{ runId: feeId(runId), agent: FEE_AGENT, day, at: Date.now(), surface: 'role', taskId, jobId: null },
    ...{ microUsd, reportedMicroUsd: null, computedMicroUsd: null, known: true },
  };
}

/** A reservation is the governor's to charge: it says nothing of what runs of this agent cost. */
const costOf = ({ known, microUsd }: SpendRow, reservedMicroUsd: number): number | null =>
  known || microUsd !== reservedMicroUsd ? microUsd : null;

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

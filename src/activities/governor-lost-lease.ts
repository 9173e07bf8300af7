import type { RunUsage } from '../core/policy/money/money-state.ts';
import { utcDay } from '../core/policy/money/utc-day.ts';
import { DISPATCH_POOL, isRolePool } from '../core/policy/pools.ts';
import { roleOf } from '../core/policy/roles/names.ts';
import type { SpendRow } from '../core/ports/spend.ts';
import type { Store } from '../core/ports/store.ts';
import { feeRow, NEVER_RAN } from './release-run.ts';

/** A lease that no live host says it runs. */
export interface Holder {
  readonly leaseId: string;
  readonly workflowId: string;
  /** A host ran it when it was last heard of, so long ago; absent = no host said so. */
  readonly silentMs?: number;
  /** Its task asks for another lease by now, so that an open workflow says nothing about this one. */
  readonly superseded?: boolean;
  /** Whose run it was and what was held for it; absent = there is no budget. */
  readonly run?: HeldRun;
}

interface HeldRun {
  readonly agent: string;
  readonly taskId: string | null;
  readonly pool: string;
  /** Epoch milliseconds. */
  readonly grantedAt: number;
  readonly heldMicroUsd: number;
}

/** A lease that is to be released, and what its run is charged. */
export interface LostLease {
  readonly leaseId: string;
  /** Absent = nobody knows what it cost: what was held for it is charged (R-PROD-052). */
  readonly usage?: RunUsage;
}

type Books = Pick<Store, 'records' | 'projection'>;

/**
 * Nobody else will settle it: it is booked at what was held for it, unless its own end was booked; one that never began
 * costs nothing (R-PROD-052). `feeMicroUsd` is charged once its task was claimed.
 */
export async function bookLost(books: Books, holder: Holder, feeMicroUsd: number): Promise<LostLease> {
  const { records } = books;
  const { leaseId, run } = holder;
  const told = await records.getSpend(leaseId);
  const fee = run === undefined || feeMicroUsd === 0 ? null : feeOf(leaseId, run, feeMicroUsd);
  if (told === null && !(await mayHaveBegun(books, holder))) {
    const isClaimed = fee?.taskId != null && (await records.getTaskState(fee.taskId))?.token === leaseId;
    return { leaseId, usage: { ...NEVER_RAN, ...(await bookFee(records, isClaimed ? fee : null)) } };
  }
  const charged = await bookFee(records, fee);
  const booked = run === undefined ? told : await records.bookSpend(presumedRow(leaseId, run));
  if (booked === null) return { leaseId };
  const { known, microUsd, agent } = booked;
  // A reservation is the governor's to charge: the cost may still come.
  if (!known && microUsd === run?.heldMicroUsd) return { leaseId };
  return { leaseId, usage: { costMicroUsd: microUsd, outcome: 'none', agent, ...charged } };
}

/** A host that said it runs it knows better than records, which may be lost. */
async function mayHaveBegun({ projection }: Books, { leaseId, silentMs }: Holder): Promise<boolean> {
  if (silentMs !== undefined) return true;
  return projection.getRun(leaseId).then(
    (run) => run !== null,
    () => true,
  );
}

async function bookFee(
  records: Books['records'],
  fee: SpendRow | null,
): Promise<Pick<RunUsage, 'feeMicroUsd'>> {
  return fee === null ? {} : { feeMicroUsd: (await records.bookSpend(fee)).microUsd };
}

const feeOf = (leaseId: string, { taskId, grantedAt }: HeldRun, microUsd: number): SpendRow =>
  feeRow({ runId: leaseId, day: utcDay(grantedAt), taskId }, microUsd);

function presumedRow(leaseId: string, run: HeldRun): SpendRow {
  const { agent, taskId, pool, grantedAt, heldMicroUsd } = run;
  return {
    ...{ runId: leaseId, agent: roleOf(agent), day: utcDay(grantedAt), at: Date.now() },
    ...{ microUsd: heldMicroUsd, reportedMicroUsd: null, computedMicroUsd: null, known: false },
    surface: pool === DISPATCH_POOL ? 'dispatch' : isRolePool(pool) ? 'role' : 'route',
    ...{ taskId, jobId: null },
  };
}

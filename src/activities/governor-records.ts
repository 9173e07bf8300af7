import type { TaskId } from '../core/ids.ts';
import type { GovernorState } from '../core/policy/governor/state.ts';
import { waitingReasons } from '../core/policy/governor/why.ts';
import { hostDeadMs } from '../core/policy/heartbeat-timeout.ts';
import { utcDay } from '../core/policy/money/utc-day.ts';
import { DISPATCH_POOL, isRolePool } from '../core/policy/pools.ts';
import { roleOf } from '../core/policy/roles/names.ts';
import type { Records } from '../core/ports/store.ts';
import type { TaskState } from '../core/schema/run-record.ts';
import { tellAnomalies } from './anomaly-notice.ts';
import { auditRefusal } from './audit-refusal.ts';
import { createBrakeNotice } from './brake-notice.ts';
import type { ActivityPorts } from './ports.ts';
import { feeRow } from './release-run.ts';

/** What the governor writes down and looks up by itself. */
export interface GovernorActivities {
  saveGovernor(input: { state: GovernorState }): Promise<void>;
  /** Which of these leases nobody can be using any more. */
  findLostLeases(input: { holders: readonly Holder[] }): Promise<string[]>;
}

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
  readonly taskId: TaskId | null;
  readonly pool: string;
  /** Epoch milliseconds. */
  readonly grantedAt: number;
  readonly heldMicroUsd: number;
}

export function createGovernorActivities({
  store,
  workflows,
  settings,
  notices,
  board,
  log,
}: ActivityPorts): GovernorActivities {
  const tellBrake = createBrakeNotice({ notices, board, log });
  async function save(state: GovernorState): Promise<void> {
    const changes = await store.records.saveGovernor(state);
    if (changes === null) return;
    tellAnomalies(notices, changes);
    tellBrake(state.brake);
    await store.records.putTaskStates(await changedReasons(store.records, state));
  }
  let last: Promise<void> = Promise.resolve();
  return {
    saveGovernor({ state }) {
      // One whose time was up goes on all the same; it must not come over a later one.
      const saved = last.then(() => save(state));
      last = saved.catch(() => undefined);
      return saved;
    },
    async findLostLeases({ holders }) {
      const deadMs = hostDeadMs(settings());
      const free = holders.filter(({ silentMs }) => silentMs === undefined || silentMs >= deadMs);
      const held = await Promise.all(
        free.map(({ workflowId, superseded = false }) => !superseded && workflows.isOpen(workflowId)),
      );
      const lost = free.filter((_, index) => held[index] === false);
      const saved = lost.length === 0 ? null : await store.records.loadGovernor();
      await Promise.all(
        lost.map((holder) =>
          bookLost(store.records, holder, saved?.leases[holder.leaseId]?.feeMicroUsd ?? 0),
        ),
      );
      return lost.map(({ leaseId }) => leaseId);
    },
  };
}

/** Nobody else will settle it: it is booked at what was held for it, unless its own end was booked (R-PROD-052). */
async function bookLost(
  records: Pick<Records, 'bookSpend'>,
  { leaseId, run }: Holder,
  feeMicroUsd: number,
): Promise<void> {
  if (run === undefined) return;
  const { agent, taskId, pool, grantedAt, heldMicroUsd } = run;
  const day = utcDay(grantedAt);
  await records.bookSpend({
    ...{ runId: leaseId, agent: roleOf(agent), day, at: Date.now() },
    ...{ microUsd: heldMicroUsd, reportedMicroUsd: null, computedMicroUsd: null, known: false },
    surface: pool === DISPATCH_POOL ? 'dispatch' : isRolePool(pool) ? 'role' : 'route',
    ...{ taskId, jobId: null },
  });
  if (feeMicroUsd > 0) await records.bookSpend(feeRow({ runId: leaseId, day, taskId }, feeMicroUsd));
}

/** The reasons that read otherwise now; in a busy line most places move with each save. */
async function changedReasons(
  records: Records,
  state: GovernorState,
): Promise<ReadonlyMap<TaskId, Partial<TaskState>>> {
  const reasons = new Map<TaskId, Partial<TaskState>>();
  for (const { taskId, blocked } of waitingReasons(state, Date.now())) {
    if (taskId !== null) reasons.set(taskId, { blockedCode: blocked.code, blockedText: blocked.text });
  }
  const taskIds = [...reasons.keys()];
  for (const known of await records.listTaskStates({ taskIds, limit: taskIds.length })) {
    const { blockedCode, blockedText } = reasons.get(known.taskId) ?? known;
    if (known.blockedCode === blockedCode && known.blockedText === blockedText) reasons.delete(known.taskId);
    else if (blockedCode === 'budget' && known.blockedCode !== blockedCode)
      await auditRefusal(records, known.taskId, { code: blockedCode, text: blockedText ?? '' });
  }
  return reasons;
}

import type { TaskId } from '../core/ids.ts';
import type { GovernorState } from '../core/policy/governor/state.ts';
import { waitingReasons } from '../core/policy/governor/why.ts';
import { hostDeadMs } from '../core/policy/heartbeat-timeout.ts';
import type { Records } from '../core/ports/store.ts';
import type { TaskState } from '../core/schema/run-record.ts';
import { tellAnomalies } from './anomaly-notice.ts';
import { auditRefusal } from './audit-refusal.ts';
import { createBrakeNotice } from './brake-notice.ts';
import { bookLost, type Holder, type LostLease } from './governor-lost-lease.ts';
import type { ActivityPorts } from './ports.ts';

/** What the governor writes down and looks up by itself. */
export interface GovernorActivities {
  saveGovernor(input: { state: GovernorState }): Promise<void>;
  /** Which of these leases nobody can be using any more, and what they are released with. */
  findLostLeases(input: { holders: readonly Holder[] }): Promise<readonly LostLease[]>;
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
      return Promise.all(
        lost.map((holder) => bookLost(store, holder, saved?.leases[holder.leaseId]?.feeMicroUsd ?? 0)),
      );
    },
  };
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

import type { TaskId } from '../core/ids.ts';
import type { GovernorState } from '../core/policy/governor/state.ts';
import { waitingReasons } from '../core/policy/governor/why.ts';
import type { Records } from '../core/ports/store.ts';
import type { TaskState } from '../core/schema/run-record.ts';
import type { ActivityPorts } from './ports.ts';

/** What the governor writes down and looks up by itself. */
export interface GovernorActivities {
  saveGovernor(input: { state: GovernorState }): Promise<void>;
  findLostLeases(input: { holders: readonly { leaseId: string; workflowId: string }[] }): Promise<string[]>;
}

export function createGovernorActivities({ store, workflows }: ActivityPorts): GovernorActivities {
  return {
    async saveGovernor({ state }) {
      await store.records.saveGovernor(state);
      await store.records.putTaskStates(await changedReasons(store.records, state));
    },
    async findLostLeases({ holders }) {
      const open = await Promise.all(holders.map(({ workflowId }) => workflows.isOpen(workflowId)));
      return holders.filter((_, index) => open[index] === false).map(({ leaseId }) => leaseId);
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
  }
  return reasons;
}

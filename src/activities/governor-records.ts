import type { GovernorState } from '../core/policy/governor/state.ts';
import { waitingReasons } from '../core/policy/governor/why.ts';
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
      for (const { taskId, blocked } of waitingReasons(state, Date.now())) {
        if (taskId === null) continue;
        const { code: blockedCode, text: blockedText } = blocked;
        const known = await store.records.getTaskState(taskId);
        if (known?.blockedCode === blockedCode && known.blockedText === blockedText) continue;
        await store.records.putTaskState(taskId, { blockedCode, blockedText });
      }
    },
    async findLostLeases({ holders }) {
      const open = await Promise.all(holders.map(({ workflowId }) => workflows.isOpen(workflowId)));
      return holders.filter((_, index) => open[index] === false).map(({ leaseId }) => leaseId);
    },
  };
}

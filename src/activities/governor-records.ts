import { blockOf } from '../core/policy/governor/block.ts';
import type { GovernorState } from '../core/policy/governor/state.ts';
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
      const now = Date.now();
      for (const entry of state.waiting) {
        const blocked = blockOf(state, entry, now);
        if (entry.taskId === null || blocked === null) continue;
        await store.records.putTaskState(entry.taskId, { blockedCode: blocked.code, blockedText: blocked.text });
      }
    },
    async findLostLeases({ holders }) {
      const open = await Promise.all(holders.map(({ workflowId }) => workflows.isOpen(workflowId)));
      return holders.filter((_, index) => open[index] === false).map(({ leaseId }) => leaseId);
    },
  };
}

import type { StopRunInput } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';

/** What only one host can do; polled from that host's own queue. */
export interface HostActivities {
  applyEpoch(input: { epoch: number; armed: boolean; stopRunning: boolean }): Promise<void>;
  stopRun(input: StopRunInput): Promise<boolean>;
}

/** After `applyEpoch` answers, nothing of an older epoch starts here (I9). */
export function createHostActivities({ host, log }: ActivityPorts): HostActivities {
  return {
    async applyEpoch({ epoch, armed, stopRunning }) {
      host.applyEpoch(epoch, armed, stopRunning);
      log.info({ hostId: host.hostId, epoch, armed, stopRunning }, 'brake epoch applied');
    },
    stopRun: async ({ runId }) => host.stopRun(runId, 'cancel'),
  };
}

import type { StopRunInput } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';

export interface ApplyEpochInput {
  readonly epoch: number;
  readonly armed: boolean;
  readonly stopRunning: boolean;
  /** The governor armed by itself, for this reason. */
  readonly autoReason?: string;
}

/** What only one host can do; polled from that host's own queue. */
export interface HostActivities {
  applyEpoch(input: ApplyEpochInput): Promise<void>;
  stopRun(input: StopRunInput): Promise<boolean>;
}

/** After `applyEpoch` answers, nothing of an older epoch starts here (I9). */
export function createHostActivities({ host, log }: ActivityPorts): HostActivities {
  return {
    async applyEpoch({ epoch, armed, stopRunning, autoReason }) {
      host.applyEpoch(epoch, armed, stopRunning, autoReason);
      log.info({ hostId: host.hostId, epoch, armed, stopRunning }, 'brake epoch applied');
    },
    stopRun: async ({ runId }) => host.stopRun(runId, 'cancel'),
  };
}

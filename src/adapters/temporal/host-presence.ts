import { hostname } from 'node:os';
import { type Client, WorkflowIdConflictPolicy, WorkflowNotFoundError } from '@temporalio/client';
import { messageOf } from '../../core/errors.ts';
import { governorQueue, governorWorkflowId, type ProjectName } from '../../core/ids.ts';
import { HOST_HEARTBEAT_MS } from '../../core/limits.ts';
import type { GovernorState } from '../../core/policy/governor/state.ts';
import type { HostState } from '../../core/ports/host-state.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Records } from '../../core/ports/store.ts';
import type { governorWorkflow } from '../../workflows/governor.ts';
import { hostDownSignal, hostUpSignal } from '../../workflows/messages.ts';

export interface PresenceConfig {
  readonly client: Client;
  readonly project: ProjectName;
  readonly host: HostState;
  readonly records: Records;
  readonly bootId: string;
  readonly log: Log;
  seed(): Promise<GovernorState>;
}

/** Keeps telling the governor, by signal-with-start, that this host is there and what it runs. */
export interface Presence {
  /** First word; resolves when the server has it. */
  start(slots: number): Promise<void>;
  /** Offers no more slots while the rest is being ended. */
  offer(slots: number): Promise<void>;
  leave(): Promise<void>;
}

export function createPresence(config: PresenceConfig): Presence {
  const { client, project, host, records, log } = config;
  let slots = 0;
  let timer: NodeJS.Timeout | null = null;

  async function report(): Promise<void> {
    const runs = host.runs();
    await records.putHost({
      hostId: host.hostId,
      hostname: hostname(),
      pid: process.pid,
      bootId: config.bootId,
      slots,
      lastSeen: Date.now(),
    });
    const signal = { hostId: host.hostId, slots, runs, epoch: host.epoch().epoch };
    try {
      await client.workflow.getHandle(governorWorkflowId(project)).signal(hostUpSignal, signal);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await client.workflow.signalWithStart<typeof governorWorkflow, [typeof signal]>('governorWorkflow', {
        workflowId: governorWorkflowId(project),
        taskQueue: governorQueue(project),
        args: [{ state: await config.seed(), continued: false }],
        signal: hostUpSignal,
        signalArgs: [signal],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        staticSummary: `governor of ${project}: brake, pauses, slots, waiting line`,
      });
    }
  }
  // A report that hangs must not pile up under the next ones.
  const quietly = () =>
    client
      .withDeadline(Date.now() + HOST_HEARTBEAT_MS, report)
      .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'host report failed'));

  return {
    async start(offered) {
      slots = offered;
      await report();
      timer = setInterval(() => void quietly(), HOST_HEARTBEAT_MS);
      timer.unref();
    },
    async offer(offered) {
      slots = offered;
      await quietly();
    },
    async leave() {
      if (timer !== null) clearInterval(timer);
      const handle = client.workflow.getHandle(governorWorkflowId(project));
      await handle.signal(hostDownSignal, { hostId: host.hostId }).catch(() => undefined);
    },
  };
}

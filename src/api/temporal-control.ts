import type { Client } from '@temporalio/client';
import { AppError } from '../core/errors.ts';
import { governorWorkflowId, type ProjectName } from '../core/ids.ts';
import { BRAKE_CONFIRM_MS_MAX, HOST_SILENT_MS_MAX } from '../core/limits.ts';
import type { GovernorState } from '../core/policy/governor/state.ts';
import type { Board } from '../core/ports/board.ts';
import type { ArmAnswer, Caller, Control } from '../core/ports/control.ts';
import type { RouteTable } from '../core/ports/route-table.ts';
import type { Store } from '../core/ports/store.ts';
import * as messages from '../workflows/messages.ts';
import { createCommandRunner } from './command-runner.ts';
import { type Guarded, guardServer, isNotFound } from './server-errors.ts';
import { createTaskControl } from './task-control.ts';

export interface TemporalControlConfig {
  readonly project: ProjectName;
  readonly address: string;
  readonly store: Store;
  readonly board: Board;
  readonly routes: RouteTable;
  /** Connects on first use; throws `temporal-unavailable`. */
  client(): Promise<Client>;
  /** The local brake file: armed first and disarmed first, so that it works with the server down. */
  readonly brake: { arm(reason: string): void; disarm(): void };
  /** Looks at the board in this process. */
  look(): Promise<{ readonly started: number }>;
  startTask(taskId: string): Promise<{ readonly started: number }>;
}

const CONFIRM_POLL_MS = 20;

/** The one door of the surfaces to Temporal. */
export function createTemporalControl(config: TemporalControlConfig): Control {
  const { project, store } = config;
  const guarded: Guarded = (call) => guardServer(config.address, async () => call(await config.client()));
  const governor = (client: Client) => client.workflow.getHandle(governorWorkflowId(project));
  const by = ({ channel, actor }: Caller) => `${actor} (${channel})`;

  async function readGovernor(): Promise<GovernorState | null> {
    return guarded(async (client) => {
      try {
        return await governor(client).query(messages.statusQuery);
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    });
  }
  async function arm(request: { reason: string; stopRunning: boolean }, caller: Caller): Promise<ArmAnswer> {
    config.brake.arm(request.reason);
    const signal = { reason: request.reason, by: by(caller), now: request.stopRunning };
    try {
      await guarded((client) => governor(client).signal(messages.armSignal, signal));
    } catch (error) {
      // Without a governor nothing can be granted; the next one is started with the armed file. With the server
      // down each host obeys the file by itself, but nobody can say so.
      if (isNotFound(error)) return { epoch: 0, confirmed: [], unconfirmed: [] };
      if (!(error instanceof AppError) || error.code !== 'temporal-unavailable') throw error;
      return { epoch: 0, confirmed: [], unconfirmed: await liveHosts(store) };
    }
    return confirmations(readGovernor);
  }

  return {
    ...createTaskControl(config, guarded),
    command: createCommandRunner({ ...config, guarded }),
    arm,
    governor: readGovernor,
    async disarm(caller) {
      config.brake.disarm();
      return guarded((client) =>
        governor(client).executeUpdate(messages.disarmUpdate, { args: [{ by: by(caller) }] }),
      );
    },
    async pause(pause, caller) {
      await guarded((client) =>
        governor(client).executeUpdate(messages.pauseUpdate, { args: [{ ...pause, by: by(caller) }] }),
      );
    },
    async unpause(target) {
      await guarded((client) => governor(client).executeUpdate(messages.unpauseUpdate, { args: [target] }));
    },
    async startDue(taskId) {
      return taskId === null ? config.look() : config.startTask(taskId);
    },
    async forgetHost(hostId) {
      if (!(await store.records.forgetHost(hostId)))
        throw new AppError('host-not-found', `unknown host "${hostId}"`);
      await guarded((client) => governor(client).signal(messages.hostForgetSignal, { hostId }));
    },
    async ping() {
      const begun = performance.now();
      const address = config.address;
      try {
        await guarded((client) => client.workflowService.getSystemInfo({}));
        return { connected: true, ms: performance.now() - begun, address };
      } catch (error) {
        return { connected: false, ms: performance.now() - begun, address, error: String(error) };
      }
    },
  };
}

/** Waits until every live host has the armed epoch, or says who has not in time (I9). */
async function confirmations(read: () => Promise<GovernorState | null>): Promise<ArmAnswer> {
  const deadline = performance.now() + BRAKE_CONFIRM_MS_MAX;
  for (;;) {
    const state = await read();
    if (state === null) return { epoch: 0, confirmed: [], unconfirmed: [] };
    const { brake, hosts } = state;
    const live = Object.values(hosts).filter(({ lastSeen }) => Date.now() - lastSeen < HOST_SILENT_MS_MAX);
    const has = ({ ackedEpoch }: { ackedEpoch: number | null }) =>
      ackedEpoch !== null && ackedEpoch >= brake.epoch;
    const unconfirmed = live.filter((host) => !has(host)).map(({ hostId }) => hostId);
    const confirmed = live.filter(has).map(({ hostId }) => hostId);
    if (brake.armed && (unconfirmed.length === 0 || performance.now() > deadline)) {
      return { epoch: brake.epoch, confirmed, unconfirmed };
    }
    if (performance.now() > deadline)
      return { epoch: brake.epoch, confirmed, unconfirmed: [...confirmed, ...unconfirmed] };
    await new Promise((resolve) => setTimeout(resolve, CONFIRM_POLL_MS));
  }
}

async function liveHosts({ records }: Store): Promise<string[]> {
  const hosts = await records.listHosts();
  return hosts
    .filter(({ lastSeen }) => Date.now() - lastSeen < HOST_SILENT_MS_MAX)
    .map(({ hostId }) => hostId);
}

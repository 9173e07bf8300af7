import type { Client } from '@temporalio/client';
import { AppError } from '../core/errors.ts';
import { governorWorkflowId, type ProjectName } from '../core/ids.ts';
import type { GovernorState, Pause } from '../core/policy/governor/state.ts';
import { capOf } from '../core/policy/money/caps.ts';
import type { Board } from '../core/ports/board.ts';
import type { Caller, Control } from '../core/ports/control.ts';
import type { RouteTable } from '../core/ports/route-table.ts';
import type { Store } from '../core/ports/store.ts';
import * as messages from '../workflows/messages.ts';
import { armBrake } from './arm-brake.ts';
import { createCommandRunner } from './command-runner.ts';
import { createOperate, seenIn } from './operate-governor.ts';
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
  /** Starts a governor from what the store and the brake file say, unless one is there. */
  startGovernor(): Promise<void>;
  /** Looks at the board in this process. */
  look(): Promise<{ readonly started: number }>;
  startTask(taskId: string): Promise<{ readonly started: number }>;
}

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
  const operate = createOperate({ ...config, guarded, readGovernor });
  return {
    ...createTaskControl(config, guarded),
    command: createCommandRunner({ ...config, guarded }),
    arm: (request, caller) => armBrake({ ...config, guarded, readGovernor }, request, by(caller)),
    governor: readGovernor,
    async disarm(caller) {
      config.brake.disarm();
      const state = await operate(messages.disarmSignal, { by: by(caller) }, ({ brake }) => !brake.armed);
      return { epoch: state?.brake.epoch ?? 0 };
    },
    async pause(pause, caller) {
      const { scope, name } = pause;
      const stands = (other: Pause) => other.scope === scope && other.name === name;
      await operate(messages.pauseSignal, { ...pause, by: by(caller) }, ({ pauses }) => pauses.some(stands));
    },
    async unpause(target) {
      const { scope, name } = target;
      const ended = (pause: Pause) => scope !== 'all' && (pause.scope !== scope || pause.name !== name);
      await operate(messages.unpauseSignal, target, ({ pauses }) => pauses.every(ended));
    },
    async setBudget({ target, microUsd }) {
      const stands = ({ budget }: GovernorState) =>
        budget !== undefined && budget.overrides.length > 0 && capOf(budget, target) === microUsd;
      const state = await operate(messages.setBudgetSignal, { target, microUsd }, stands);
      // Kept in the store it survives the governor, and whoever asks next is told of it.
      if (state !== null) await seenIn(() => store.records.loadGovernor(), stands);
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

import { AppError } from '../core/errors.ts';
import { governorWorkflowId, type ProjectName } from '../core/ids.ts';
import { BRAKE_CONFIRM_MS_MAX, HOST_SILENT_MS_MAX } from '../core/limits.ts';
import type { GovernorState } from '../core/policy/governor/state.ts';
import type { ArmAnswer } from '../core/ports/control.ts';
import type { Store } from '../core/ports/store.ts';
import { armSignal } from '../workflows/messages.ts';
import { type Guarded, isNotFound } from './server-errors.ts';

export interface ArmBrakeParts {
  readonly project: ProjectName;
  readonly store: Store;
  readonly brake: { arm(reason: string): void };
  readonly guarded: Guarded;
  readGovernor(): Promise<GovernorState | null>;
}

const CONFIRM_POLL_MS = 20;

/**
 * Arms the file, then the governor by Signal (so that it never queues behind admissions), then waits for every live
 * host to say that it has the epoch: after that nothing spawns (I9).
 */
export async function armBrake(
  { project, store, brake, guarded, readGovernor }: ArmBrakeParts,
  { reason, stopRunning }: { readonly reason: string; readonly stopRunning: boolean },
  by: string,
): Promise<ArmAnswer> {
  brake.arm(reason);
  const signal = { reason, by, now: stopRunning };
  try {
    await guarded((client) =>
      client.workflow.getHandle(governorWorkflowId(project)).signal(armSignal, signal),
    );
  } catch (error) {
    // Without a governor nothing can be granted; the next one is started with the armed file. With the server
    // down each host obeys the file by itself, but nobody can say so.
    if (isNotFound(error)) return { epoch: 0, confirmed: [], unconfirmed: [] };
    if (!(error instanceof AppError) || error.code !== 'temporal-unavailable') throw error;
    return { epoch: 0, confirmed: [], unconfirmed: await liveHosts(store) };
  }
  return confirmations(readGovernor);
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

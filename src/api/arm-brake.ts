import { AppError } from '../core/errors.ts';
import { governorWorkflowId, type ProjectName } from '../core/ids.ts';
import { BRAKE_CONFIRM_MS_MAX, HOST_SILENT_MS_MAX } from '../core/limits.ts';
import type { GovernorState } from '../core/policy/governor/state.ts';
import type { ArmAnswer } from '../core/ports/control.ts';
import type { Store } from '../core/ports/store.ts';
import { armSignal } from '../workflows/messages.ts';
import { within } from './operate-governor.ts';
import { type Guarded, isNotFound } from './server-errors.ts';

export interface ArmBrakeParts {
  readonly project: ProjectName;
  readonly store: Store;
  readonly brake: { arm(reason: string): void };
  readonly guarded: Guarded;
  startGovernor(): Promise<void>;
  readGovernor(): Promise<GovernorState | null>;
}

const CONFIRM_POLL_MS = 20;

/**
 * Arms the file, then the governor by Signal (so that it never queues behind admissions), then waits for every live
 * host to say that it has the epoch: after that nothing spawns (I9).
 */
export async function armBrake(
  { project, store, brake, guarded, startGovernor, readGovernor }: ArmBrakeParts,
  { reason, stopRunning }: { readonly reason: string; readonly stopRunning: boolean },
  by: string,
): Promise<ArmAnswer> {
  const at = Date.now();
  const fileError = armFile(brake, reason);
  const send = () =>
    guarded((client) =>
      client.withDeadline(Date.now() + BRAKE_CONFIRM_MS_MAX, () =>
        client.workflow
          .getHandle(governorWorkflowId(project))
          .signal(armSignal, { reason, by, now: stopRunning, at }),
      ),
    );
  try {
    await send().catch(async (error: unknown) => {
      if (!isNotFound(error)) throw error;
      // Hosts elsewhere do not see this file: only a governor can tell them.
      await startGovernor();
      await send();
    });
  } catch (error) {
    // Neither way worked: nothing is armed.
    if (fileError !== null) throw fileError;
    // With the server down each host obeys the file by itself, but nobody can say so.
    if (!(error instanceof AppError) || error.code !== 'temporal-unavailable') throw error;
    return unheard(store);
  }
  return (await confirmations(readGovernor)) ?? unheard(store);
}

/** A file that cannot be written must not keep the order from the governor. */
function armFile(brake: ArmBrakeParts['brake'], reason: string): unknown {
  try {
    brake.arm(reason);
    return null;
  } catch (error) {
    return error;
  }
}

/** Waits until every live host has the armed epoch, or says who has not in time (I9); null when nobody answers. */
async function confirmations(read: () => Promise<GovernorState | null>): Promise<ArmAnswer | null> {
  const deadline = performance.now() + BRAKE_CONFIRM_MS_MAX;
  for (let last: ArmAnswer | null = null; ; ) {
    const state = await within(read(), Math.max(0, deadline - performance.now()));
    if (state !== null) {
      last = answerOf(state);
      if (state.brake.armed && last.unconfirmed.length === 0) return last;
    }
    if (performance.now() > deadline) return last;
    await new Promise((resolve) => setTimeout(resolve, CONFIRM_POLL_MS));
  }
}

function answerOf({ brake, hosts }: GovernorState): ArmAnswer {
  const live = Object.values(hosts).filter(({ lastSeen }) => Date.now() - lastSeen < HOST_SILENT_MS_MAX);
  const has = ({ ackedEpoch }: { ackedEpoch: number | null }) =>
    brake.armed && ackedEpoch !== null && ackedEpoch >= brake.epoch;
  return {
    epoch: brake.epoch,
    confirmed: live.filter(has).map(({ hostId }) => hostId),
    unconfirmed: live.filter((host) => !has(host)).map(({ hostId }) => hostId),
  };
}

const unheard = async (store: Store): Promise<ArmAnswer> => ({
  epoch: 0,
  confirmed: [],
  unconfirmed: await liveHosts(store),
});

async function liveHosts({ records }: Store): Promise<string[]> {
  const hosts = await records.listHosts();
  return hosts
    .filter(({ lastSeen }) => Date.now() - lastSeen < HOST_SILENT_MS_MAX)
    .map(({ hostId }) => hostId);
}

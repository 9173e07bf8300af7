import type { HostId, RunId } from '../core/ids.ts';
import { EPOCH_WAIT_MS_MAX } from '../core/limits.ts';
import { epochAccepts } from '../core/policy/governor/epoch-accepts.ts';
import type { StopReason } from '../core/ports/agent.ts';
import type { HostState } from '../core/ports/host-state.ts';
import type { StopCause } from '../core/schema/agent-outcome.ts';

export interface LocalBrake {
  /** Asked synchronously right before each spawn. */
  brakeHolds(): boolean;
  /** The governor says that the brake is armed now, or that it is off; with a reason: it armed by itself. */
  turned(armed: boolean, autoReason?: string): void;
}

/** Makes the state of one worker process. */
export function createHostState(hostId: HostId, { brakeHolds, turned }: LocalBrake): HostState {
  let known: { epoch: number | null; armed: boolean } = { epoch: null, armed: false };
  let heldBack: string | null = null;
  const running = new Map<RunId, AbortController>();
  const waiting = new Set<() => void>();

  const stop = (controller: AbortController, cause: StopCause) =>
    controller.abort({ stop: cause } satisfies StopReason);
  const stopAll = (cause: StopCause) => {
    for (const controller of running.values()) stop(controller, cause);
  };
  return {
    hostId,
    epoch: () => known,
    applyEpoch(epoch, armed, stopRunning, autoReason) {
      if (known.epoch !== null && epoch < known.epoch) return;
      known = { epoch, armed };
      turned(armed, autoReason);
      for (const wake of waiting) wake();
      if (armed && stopRunning) stopAll('brake');
    },
    holdBack(reason) {
      heldBack = reason;
    },
    async catchUp(leaseEpoch) {
      const deadline = AbortSignal.timeout(EPOCH_WAIT_MS_MAX);
      while (epochAccepts(known, leaseEpoch) === 'wait' && !deadline.aborted) {
        await new Promise<void>((resolve) => {
          const done = () => {
            waiting.delete(done);
            deadline.removeEventListener('abort', done);
            resolve();
          };
          waiting.add(done);
          deadline.addEventListener('abort', done);
        });
      }
    },
    mayStart(leaseEpoch) {
      const reason: StopReason = { stop: 'brake' };
      if (heldBack !== null || brakeHolds() || epochAccepts(known, leaseEpoch) !== 'start') throw reason;
    },
    begin(runId) {
      const controller = new AbortController();
      running.set(runId, controller);
      return { signal: controller.signal, end: () => void running.delete(runId) };
    },
    stopRun(runId, cause) {
      const controller = running.get(runId);
      if (controller === undefined) return false;
      stop(controller, cause);
      return true;
    },
    stopAll,
    runs: () => [...running.keys()],
  };
}

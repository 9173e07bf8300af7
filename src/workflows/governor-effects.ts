import { ActivityFailure, getExternalWorkflowHandle, proxyActivities } from '@temporalio/workflow';
import type { HostActivities } from '../activities/host.ts';
import { hostQueue } from '../core/ids.ts';
import { BRAKE_CONFIRM_MS_MAX } from '../core/limits.ts';
import type { GovernorEffect } from '../core/policy/governor/events.ts';
import type { Shell } from './governor.ts';
import { governorSaver } from './governor-saver.ts';
import { grantedSignal } from './messages.ts';

/** Carries out the reducer's effects, each on its own, so that a silent host delays nothing else. */
export function governorEffects(shell: Shell) {
  let inFlight = 0;
  const saver = governorSaver(shell);
  let changed = true;

  async function sendGrant(leaseId: string, workflowId: string, epoch: number): Promise<void> {
    try {
      await getExternalWorkflowHandle(workflowId).signal(grantedSignal, { leaseId, epoch });
      shell.apply({ kind: 'grant-delivered', now: Date.now(), leaseId });
    } catch {
      // The only failure of an external Signal is that nobody is there to receive it.
      shell.apply({ kind: 'grant-undeliverable', now: Date.now(), leaseId });
    }
  }

  async function applyEpoch(effect: Extract<GovernorEffect, { kind: 'apply-epoch' }>): Promise<void> {
    const host = proxyActivities<HostActivities>({
      taskQueue: hostQueue(shell.state().project, effect.hostId),
      scheduleToCloseTimeout: BRAKE_CONFIRM_MS_MAX * 2,
      startToCloseTimeout: BRAKE_CONFIRM_MS_MAX,
      retry: { maximumAttempts: 2 },
      summary: effect.armed ? `arm epoch ${effect.epoch}` : `disarm epoch ${effect.epoch}`,
    });
    try {
      await host.applyEpoch({ epoch: effect.epoch, armed: effect.armed, stopRunning: effect.stopRunning });
      shell.apply({ kind: 'epoch-confirmed', now: Date.now(), hostId: effect.hostId, epoch: effect.epoch });
    } catch (error) {
      // Unconfirmed stays visible in the state; the host's next hostUp asks again.
      if (!(error instanceof ActivityFailure)) throw error;
    }
  }

  async function dispatch(effect: GovernorEffect): Promise<void> {
    if (effect.kind === 'send-grant') return sendGrant(effect.leaseId, effect.workflowId, effect.epoch);
    if (effect.kind === 'apply-epoch') return applyEpoch(effect);
    changed = true;
    return saver.save();
  }

  return {
    carryOut(effect: GovernorEffect): void {
      inFlight += 1;
      void dispatch(effect).finally(() => {
        inFlight -= 1;
      });
    },
    idle: () => inFlight === 0,
    /** True once after each change that people should see. */
    changedForPeople(): boolean {
      const was = changed;
      changed = false;
      return was;
    },
  };
}

import { ActivityFailure, getExternalWorkflowHandle, proxyActivities } from '@temporalio/workflow';
import type { HostActivities } from '../activities/host.ts';
import { hostQueue } from '../core/ids.ts';
import { BRAKE_CONFIRM_MS_MAX } from '../core/limits.ts';
import type { GovernorEffect } from '../core/policy/governor/events.ts';
import type { Shell } from './governor.ts';
import { governorSaver } from './governor-saver.ts';
import { grantedSignal, refusedSignal } from './messages.ts';

/** Carries out the reducer's effects, each on its own, so that a silent host delays nothing else. */
export function governorEffects(shell: Shell) {
  let signalsInFlight = 0;
  const saver = governorSaver(shell);

  async function sendGrant(leaseId: string, workflowId: string, epoch: number): Promise<void> {
    try {
      await getExternalWorkflowHandle(workflowId).signal(grantedSignal, { leaseId, epoch });
      shell.apply({ kind: 'grant-delivered', now: Date.now(), leaseId });
    } catch {
      // The only failure of an external Signal is that nobody is there to receive it.
      shell.apply({ kind: 'grant-undeliverable', now: Date.now(), leaseId });
    }
  }

  async function sendRefusal({ leaseId, workflowId, blocked }: Refusal): Promise<void> {
    await getExternalWorkflowHandle(workflowId)
      .signal(refusedSignal, { leaseId, blocked })
      .catch(() => undefined); // Whoever asked is gone, and with it the question.
  }

  async function applyEpoch(effect: Epoch): Promise<void> {
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

  async function dispatch(effect: Exclude<GovernorEffect, { kind: 'persist' }>): Promise<void> {
    if (effect.kind === 'send-grant') return sendGrant(effect.leaseId, effect.workflowId, effect.epoch);
    return effect.kind === 'send-refusal' ? sendRefusal(effect) : applyEpoch(effect);
  }

  return {
    carryOut(effect: GovernorEffect): void {
      if (effect.kind === 'persist') {
        saver.save(effect.part);
        return;
      }
      // A silent host must not hold up the renewal: the next Workflow Run tells the epoch to whoever lacks it.
      const counts = effect.kind === 'apply-epoch' ? 0 : 1;
      signalsInFlight += counts;
      void dispatch(effect).finally(() => {
        signalsInFlight -= counts;
      });
    },
    /** No Signal is on its way; what only waits for its time does not count, the next Workflow Run makes it good. */
    idle: () => signalsInFlight === 0 && !saver.writing(),
  };
}

type Epoch = Extract<GovernorEffect, { kind: 'apply-epoch' }>;
type Refusal = Extract<GovernorEffect, { kind: 'send-refusal' }>;

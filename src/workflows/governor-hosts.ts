import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { HostActivities } from '../activities/host.ts';
import { hostQueue } from '../core/ids.ts';
import { BRAKE_CONFIRM_MS_MAX } from '../core/limits.ts';
import type { GovernorEffect } from '../core/policy/governor/events.ts';
import type { Shell } from './governor.ts';

/** Tells one host the brake's present state and hears its confirmation. */
export async function applyEpoch(
  shell: Shell,
  effect: Extract<GovernorEffect, { kind: 'apply-epoch' }>,
): Promise<void> {
  const { hostId, epoch, armed, stopRunning, autoReason } = effect;
  const host = proxyActivities<HostActivities>({
    taskQueue: hostQueue(shell.state().project, hostId),
    scheduleToCloseTimeout: BRAKE_CONFIRM_MS_MAX * 2,
    startToCloseTimeout: BRAKE_CONFIRM_MS_MAX,
    retry: { maximumAttempts: 2 },
    summary: armed ? `arm epoch ${epoch}` : `disarm epoch ${epoch}`,
  });
  const auto = autoReason === undefined ? {} : { autoReason };
  try {
    await host.applyEpoch({ epoch, armed, stopRunning, ...auto });
    shell.apply({ kind: 'epoch-confirmed', now: Date.now(), hostId, epoch });
  } catch (error) {
    // Unconfirmed stays visible in the state; the host's next hostUp asks again.
    if (!(error instanceof ActivityFailure)) throw error;
  }
}

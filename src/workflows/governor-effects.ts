import { getExternalWorkflowHandle } from '@temporalio/workflow';
import type { GovernorEffect } from '../core/policy/governor/events.ts';
import { grantOf } from '../core/policy/money/grant-of.ts';
import type { Shell } from './governor.ts';
import { applyEpoch } from './governor-hosts.ts';
import { governorSaver } from './governor-saver.ts';
import { governorSaverBefore } from './governor-saver-before.ts';
import { governorTeller } from './governor-teller.ts';
import { grantedSignal, refusedSignal } from './messages.ts';

/**
 * Carries out the reducer's effects, each on its own, so that a silent host delays nothing else. `saves`: writes that
 * earlier Workflow Runs began.
 */
export function governorEffects(shell: Shell, saves: number) {
  let inFlight = 0;
  const saver = shell.endsAreEvents ? governorSaver(shell, saves) : governorSaverBefore(shell);
  const teller = governorTeller(shell);

  async function sendGrant(grant: SendGrant): Promise<void> {
    const { leaseId, workflowId, epoch } = grant;
    try {
      await getExternalWorkflowHandle(workflowId).signal(grantedSignal, {
        leaseId,
        epoch,
        ...grantOf(grant),
      });
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

  async function dispatch(effect: Exclude<GovernorEffect, { kind: 'persist' }>): Promise<void> {
    switch (effect.kind) {
      case 'send-grant':
        return sendGrant(effect);
      case 'send-refusal':
        return sendRefusal(effect);
      case 'apply-epoch':
        return applyEpoch(shell, effect);
      case 'escalate-budget':
        return teller.escalate(effect);
      case 'notice-over':
        return teller.over(effect);
      case 'notice':
        return teller.tell(effect);
    }
  }

  return {
    carryOut(effect: GovernorEffect): void {
      if (effect.kind === 'persist') {
        saver.save(effect.part);
        return;
      }
      // A silent host must not hold up the renewal: the next Workflow Run tells the epoch to whoever lacks it.
      const counts = effect.kind === 'apply-epoch' ? 0 : 1;
      inFlight += counts;
      void dispatch(effect).finally(() => {
        inFlight -= counts;
      });
    },
    /** Nothing that is said once is on its way; what only waits for its time does not count, the next Workflow Run makes it good. */
    idle: () => inFlight === 0 && !saver.writing(),
    /** Writes begun since the governor was started. */
    saves: () => saver.begun(),
  };
}

type SendGrant = Extract<GovernorEffect, { kind: 'send-grant' }>;
type Refusal = Extract<GovernorEffect, { kind: 'send-refusal' }>;

import { ActivityFailure, proxyLocalActivities } from '@temporalio/workflow';
import type { GovernorTellingActivities } from '../activities/governor-telling.ts';
import type { GovernorEffect } from '../core/policy/governor/events.ts';

const telling = proxyLocalActivities<GovernorTellingActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', maximumInterval: '10s', maximumAttempts: 10 },
});

/** Tells people what the governor found or did by itself. Trouble with that is no trouble of the governor's. */
export function governorTeller() {
  const quietly = (told: Promise<void>): Promise<void> =>
    told.catch((error: unknown) => {
      if (!(error instanceof ActivityFailure)) throw error;
    });
  return {
    escalate: ({ taskId, agent, text }: Of<'escalate-budget'>) =>
      quietly(telling.escalateBudget({ taskId, agent, text })),
    over: ({ key }: Of<'notice-over'>) => quietly(telling.resolveNotice({ key })),
    tell: ({ notice }: Of<'notice'>) => quietly(telling.raiseNotice(notice)),
  };
}

type Of<K extends GovernorEffect['kind']> = Extract<GovernorEffect, { kind: K }>;

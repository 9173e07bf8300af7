import { proxyActivities, proxyLocalActivities, TemporalFailure } from '@temporalio/workflow';
import type { GovernorTellingActivities } from '../activities/governor-telling.ts';
import type { GovernorEffect } from '../core/policy/governor/events.ts';
import type { Shell } from './governor.ts';

const PATIENCE = {
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', maximumInterval: '10s', maximumAttempts: 10 },
} as const;
/** The renewal waits for what is said only once, so its end must be an event. */
const byEvents = proxyActivities<GovernorTellingActivities>(PATIENCE);
const local = proxyLocalActivities<GovernorTellingActivities>(PATIENCE);

/** Tells people what the governor found or did by itself. Trouble with that is no trouble of the governor's. */
export function governorTeller({ endsAreEvents }: Pick<Shell, 'endsAreEvents'>) {
  const telling = endsAreEvents ? byEvents : local;
  const quietly = (told: Promise<void>): Promise<void> =>
    told.catch((error: unknown) => {
      if (!(error instanceof TemporalFailure)) throw error;
    });
  return {
    escalate: ({ taskId, agent, text }: Of<'escalate-budget'>) =>
      quietly(telling.escalateBudget({ taskId, agent, text })),
    over: ({ key }: Of<'notice-over'>) => quietly(telling.resolveNotice({ key })),
    tell: ({ notice }: Of<'notice'>) => quietly(telling.raiseNotice(notice)),
  };
}

type Of<K extends GovernorEffect['kind']> = Extract<GovernorEffect, { kind: K }>;

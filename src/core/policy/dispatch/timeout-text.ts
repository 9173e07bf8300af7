import { resumeSentence } from './error-hints.ts';
import { DISPATCH_TIMEOUT_SECONDS_MAX } from './limits.ts';
import { suggestedTimeout, type Typical } from './usage-typical.ts';

/** What is known when a run's time is up. */
export interface TimeoutFacts {
  readonly agent: string;
  readonly limitSeconds: number;
  /** Null = no conversation to continue. */
  readonly sessionId: string | null;
  /** How long this agent usually takes; null = too little is known. */
  readonly typical: Typical | null;
}

/** The error of a timed out dispatch: what to try next, and how to continue (R-AD-048, R-ADX-033). */
export function timeoutText({ agent, limitSeconds, sessionId, typical }: TimeoutFacts): string {
  const fitting = typical === null ? null : suggestedTimeout(typical, limitSeconds);
  const seconds = fitting ?? limitSeconds * 2;
  const once = fitting === null ? '' : `${Math.min(fitting, DISPATCH_TIMEOUT_SECONDS_MAX)}`;
  const why = fitting === null ? '' : ' That fits what its finished runs took.';
  return (
    `Agent '${agent}' timed out after ${limitSeconds}s. Give this one call more time with timeout_seconds=${once}, ` +
    `let it run in the background with dispatch_async, or raise the agent's own limit: ` +
    `agent-dispatch update ${agent} --timeout ${seconds}.${why}${resumeSentence(agent, sessionId)}`
  );
}

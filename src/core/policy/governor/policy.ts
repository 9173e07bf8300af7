import { setCap, setPolicy } from '../money/caps.ts';
import { emptyBudget } from '../money/settle-cost.ts';
import { overEffects, setBreakerPolicy } from './breaker.ts';
import type { GovernorChange, GovernorEvent } from './events.ts';
import type { GovernorState } from './state.ts';

type Event<K extends GovernorEvent['kind']> = Extract<GovernorEvent, { kind: K }>;

const OPERATOR = { kind: 'persist', part: 'operator' } as const;

/** What the configuration says of money and failing agents counts from now on; whoever waits for it is served at once. */
export function takePolicy(state: GovernorState, { policy, now }: Event<'policy'>): GovernorChange {
  const budget = setPolicy(state.budget ?? emptyBudget(now), policy.budget);
  const breaker = setBreakerPolicy(state.breaker, policy.breaker);
  const over = policy.breaker.enabled ? [] : overEffects(state);
  return { state: { ...state, budget, breaker }, effects: [OPERATOR, ...over] };
}

/** A person sets a cap until the configuration changes it; whoever waits for it is served at once (R-PROD-049). */
export function takeCap(state: GovernorState, { target, microUsd, now }: Event<'set-cap'>): GovernorChange {
  const budget = setCap(state.budget ?? emptyBudget(now), target, microUsd);
  return { state: { ...state, budget }, effects: [OPERATOR] };
}

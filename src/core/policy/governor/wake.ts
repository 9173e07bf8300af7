import { isBudgeted } from '../money/caps.ts';
import { rollDay } from '../money/settle-cost.ts';
import { nextDayStart } from '../money/utc-day.ts';
import { endCooldowns, nextBreakerEnd } from './breaker.ts';
import { endPauses, nextPauseEnd } from './pause.ts';
import type { GovernorState } from './state.ts';

/** The state as time alone has changed it: pauses and cooldowns are over, a new UTC day has begun. */
export function awake(state: GovernorState, now: number): GovernorState {
  return rollBudget(endCooldowns(endPauses(endWarmUp(state, now), now), now), now);
}

/** When time alone changes something next (epoch ms); null = never. A fresh governor's warm-up is not counted. */
export function nextMoment(state: GovernorState): number | null {
  const moments = [nextPauseEnd(state), nextBreakerEnd(state), nextDayEnd(state)];
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Without a budget no day has to be told from another before something happens. */
function nextDayEnd({ budget }: GovernorState): number | null {
  return budget === undefined || !isBudgeted(budget) ? null : nextDayStart(budget.day);
}

function rollBudget(state: GovernorState, now: number): GovernorState {
  if (state.budget === undefined) return state;
  const budget = rollDay(state.budget, now);
  return budget === state.budget ? state : { ...state, budget };
}

function endWarmUp(state: GovernorState, now: number): GovernorState {
  return state.warmUp !== null && now >= state.warmUp.until ? { ...state, warmUp: null } : state;
}

import { standingOrders } from './block.ts';
import type { GovernorChange, GovernorEffect } from './events.ts';
import type { GovernorState } from './state.ts';

/**
 * Takes out of line the synchronous calls that a brake, a pause, a breaker or an empty purse came over: they wait for
 * slots, never for a person to change their mind (R-SYS-018, R-SYS-019). Their ids are not spent: asking again is decided
 * anew.
 */
export function turnAway(state: GovernorState): GovernorChange {
  if (!state.waiting.some(({ ifBlocked }) => ifBlocked === 'refuse')) return { state, effects: [] };
  const orderOver = standingOrders(state);
  const effects: GovernorEffect[] = [];
  const waiting = state.waiting.filter((entry) => {
    const blocked = entry.ifBlocked === 'refuse' ? orderOver(entry) : null;
    if (blocked === null) return true;
    const { leaseId, workflowId } = entry;
    effects.push({ kind: 'send-refusal', leaseId, workflowId, blocked });
    return false;
  });
  return effects.length === 0 ? { state, effects } : { state: { ...state, waiting }, effects };
}

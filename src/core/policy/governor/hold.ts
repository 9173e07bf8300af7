import type { AgentBreaker, Allotment } from '../money/money-state.ts';
import { shortageText } from '../money/money-text.ts';
import { openPurse, type Shortage } from '../money/purse.ts';
import { roleOf } from '../roles/names.ts';
import { breakerBlock, holdingBreaker, isHalfOpen } from './breaker.ts';
import { pauseBlock, pauseFinder } from './pause.ts';
import type { AdmitRequest, Blocked, GovernorState, Pause } from './state.ts';

type Asker = Pick<AdmitRequest, 'route' | 'agent' | 'account' | 'taskId' | 'pool'>;

/** What keeps a request back whatever slots there are; it never keeps back those behind it in line. */
export type Hold =
  | { readonly kind: 'pause'; readonly pause: Pause }
  | { readonly kind: 'breaker'; readonly agent: string; readonly breaker: AgentBreaker }
  | { readonly kind: 'budget'; readonly agent: string; readonly shortage: Shortage };

/** Looks requests up in one decision: pauses, breakers, money, in this order. */
export interface Holds {
  of(request: Asker): Hold | null;
  /** The request starts: its money is held, and as the try of a stopped agent it is the only one. */
  take(request: Asker): Allotment | null;
}

/** Counts once per decision what keeps requests back. */
export function holdsOf(state: GovernorState): Holds {
  const pauseOf = pauseFinder(state);
  const purse = openPurse(state.budget, state.leases);
  const tried = new Set<string>();
  const shortages = new Map<string, Shortage | null>();
  const breakerOf = (agent: string): AgentBreaker | null => {
    if (state.breaker === undefined) return null;
    return holdingBreaker(state, agent) ?? (tried.has(agent) ? (state.breaker.agents[agent] ?? null) : null);
  };
  const shortageOf = (request: Asker): Shortage | null => {
    if (purse === null) return null;
    // A task pays a fee where a call of the same agent does not.
    const { taskId, pool, agent } = request;
    const key = `${taskId === null ? 'call' : 'task'} ${pool} ${agent}`;
    const known = shortages.get(key);
    if (known !== undefined) return known;
    const found = purse.shortOf(request);
    shortages.set(key, found);
    return found;
  };
  return {
    of(request) {
      const agent = roleOf(request.agent);
      const pause = pauseOf(request);
      if (pause !== null) return { kind: 'pause', pause };
      const breaker = breakerOf(agent);
      if (breaker !== null) return { kind: 'breaker', agent, breaker };
      const shortage = shortageOf(request);
      return shortage === null ? null : { kind: 'budget', agent: shortage.agent, shortage };
    },
    take(request) {
      const agent = roleOf(request.agent);
      if (isHalfOpen(state, agent)) tried.add(agent);
      shortages.clear();
      return purse === null ? null : purse.take(request);
    },
  };
}

/** The reason a hold gives, for people. */
export function holdBlock(hold: Hold): Blocked {
  switch (hold.kind) {
    case 'pause':
      return pauseBlock(hold.pause);
    case 'breaker':
      return breakerBlock(hold.agent, hold.breaker);
    case 'budget':
      return { code: 'budget', text: shortageText(hold.shortage) };
  }
}

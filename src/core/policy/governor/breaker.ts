import type { BreakerSettings } from '../../schema/settings.ts';
import type { AgentBreaker, BreakerState } from '../money/money-state.ts';
import { roleOf } from '../roles/names.ts';
import type { GovernorEffect } from './events.ts';
import type { Blocked, GovernorState, Lease } from './state.ts';

/** The breaker of an agent while it keeps runs back: open, or half-open with its one run under way; else null. */
export function holdingBreaker(state: GovernorState, agent: string): AgentBreaker | null {
  const breaker = breakerOf(state.breaker, agent);
  if (breaker === null || breaker.trippedAt === null) return null;
  return breaker.openUntil !== null || isProbed(state, breaker) ? breaker : null;
}

/** Is the next run of this agent the one that tries whether it works again? */
export const isHalfOpen = ({ breaker }: GovernorState, agent: string): boolean =>
  (breakerOf(breaker, agent)?.trippedAt ?? null) !== null;

/** The reason of a run that a breaker keeps back. */
export function breakerBlock(agent: string, { failures, openUntil }: AgentBreaker): Blocked {
  const failed = `agent "${agent}" failed ${failures.length} times lately`;
  if (openUntil === null)
    return { code: 'breaker', text: `${failed}; one run of it tries whether it works again` };
  const at = new Date(openUntil).toISOString();
  return {
    code: 'breaker',
    text: `${failed}; one run tries again at ${at}, or all of them after dispatch resume`,
    until: openUntil,
  };
}

/** Remembers which of the granted runs are the tries of their agents. */
export function markProbes(state: GovernorState, granted: readonly Lease[]): GovernorState {
  const { breaker } = state;
  if (breaker === undefined || Object.keys(breaker.agents).length === 0) return state;
  const tried = granted.flatMap(({ agent: name, leaseId }) => {
    const agent = roleOf(name);
    const known = breakerOf(breaker, agent);
    return known === null || known.trippedAt === null ? [] : [[agent, { ...known, probe: leaseId }] as const];
  });
  if (tried.length === 0) return state;
  return { ...state, breaker: { ...breaker, agents: { ...breaker.agents, ...Object.fromEntries(tried) } } };
}

/** Breakers whose cooldown is over let one run try. */
export function endCooldowns(state: GovernorState, now: number): GovernorState {
  const { breaker } = state;
  const next = nextBreakerEnd(state);
  if (breaker === undefined || next === null || next > now) return state;
  const agents = Object.entries(breaker.agents).map(([agent, one]) => {
    const isOver = one.openUntil !== null && one.openUntil <= now;
    return [agent, isOver ? { ...one, openUntil: null } : one] as const;
  });
  return { ...state, breaker: { ...breaker, agents: Object.fromEntries(agents) } };
}

/** When the next breaker lets a run try (epoch ms); null = none is open. */
export function nextBreakerEnd({ breaker }: GovernorState): number | null {
  const ends = Object.values(breaker?.agents ?? {}).flatMap(({ openUntil }) => openUntil ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Takes a new configuration; switched off it remembers nothing. */
export const setBreakerPolicy = (
  breaker: BreakerState | undefined,
  policy: BreakerSettings,
): BreakerState => ({ policy, agents: policy.enabled ? (breaker?.agents ?? {}) : {} });

/** The key of the notice that an agent is stopped. */
export const breakerKey = (agent: string): string => `breaker/${agent}`;

/** Says of every stopped agent that it is so no longer. */
export function overEffects({ breaker }: GovernorState): readonly GovernorEffect[] {
  const stopped = Object.entries(breaker?.agents ?? {}).filter(([, { trippedAt }]) => trippedAt !== null);
  return stopped.map(([agent]) => ({ kind: 'notice-over', key: breakerKey(agent) }));
}

/** A person vouches for all agents: windows and breakers are forgotten. */
export function clearBreakers(state: GovernorState): GovernorState {
  const { breaker } = state;
  if (breaker === undefined || Object.keys(breaker.agents).length === 0) return state;
  return { ...state, breaker: { ...breaker, agents: {} } };
}

/** What is remembered of an agent; inherited names are no agents. */
export const breakerOf = (breaker: BreakerState | undefined, agent: string): AgentBreaker | null =>
  breaker !== undefined && Object.hasOwn(breaker.agents, agent) ? (breaker.agents[agent] ?? null) : null;

const isProbed = ({ leases }: GovernorState, { probe }: AgentBreaker): boolean =>
  probe !== null && Object.hasOwn(leases, probe);

import { BREAKER_FAILURES_MAX, BREAKER_SECONDS_MAX } from '../../money-limits.ts';
import type { BreakerSettings } from '../../schema/settings.ts';
import type { AgentBreaker, BreakerState, RunUsage } from '../money/money-state.ts';
import { keep } from '../money/settle-cost.ts';
import { AUTO, arm } from './brake.ts';
import { breakerKey, breakerOf } from './breaker.ts';
import type { GovernorChange } from './events.ts';
import { armNotice, tripNotice } from './notices.ts';
import type { GovernorState, Lease } from './state.ts';

/** A run that is over and what it says about its agent. */
export interface Ended extends Pick<Lease, 'leaseId' | 'agent'> {
  readonly outcome: RunUsage['outcome'];
  readonly now: number;
}

/**
 * Counts failures: too many of one agent within the window open its breaker; several agents so, or one whose tries fail
 * again, arm the kill switch itself (R-PROD-063). A success closes the breaker it was the try of.
 */
export function noteOutcome(state: GovernorState, ended: Ended): GovernorChange {
  const { breaker } = state;
  if (breaker === undefined || !breaker.policy.enabled || ended.outcome === 'none')
    return { state, effects: [] };
  const before = breakerOf(breaker, ended.agent) ?? CLOSED;
  const isProbe = before.trippedAt !== null && before.probe === ended.leaseId;
  if (ended.outcome === 'ok') return isProbe ? close(state, breaker, ended.agent) : { state, effects: [] };
  const after = withFailure(before, breaker.policy, { ...ended, isProbe });
  const agents = keep(breaker.agents, ended.agent, () => after, trippedAgents(breaker));
  const next = { ...state, breaker: { ...breaker, agents } };
  if (after.openUntil === before.openUntil) return { state: next, effects: [OPERATOR] };
  const armed = armIfDue(next, after, ended);
  return {
    state: armed.state,
    effects: [OPERATOR, tripNotice(ended.agent, after, ended.now), ...armed.effects],
  };
}

const OPERATOR = { kind: 'persist', part: 'operator' } as const;
const CLOSED: AgentBreaker = { failures: [], trippedAt: null, openUntil: null, probe: null, failedProbes: 0 };
const SECOND_MS = 1000;
/** So many tries in a row that fail again arm the kill switch. */
const FAILED_PROBES_MAX = 2;

function close(state: GovernorState, breaker: BreakerState, agent: string): GovernorChange {
  const { [agent]: _closed, ...agents } = breaker.agents;
  const over = { kind: 'notice-over', key: breakerKey(agent) } as const;
  return { state: { ...state, breaker: { ...breaker, agents } }, effects: [OPERATOR, over] };
}

type Failure = Ended & { readonly isProbe: boolean };

function withFailure(before: AgentBreaker, policy: BreakerSettings, failure: Failure): AgentBreaker {
  const { now, isProbe } = failure;
  const isTripped = before.trippedAt !== null;
  const since = now - policy.windowSeconds * SECOND_MS;
  const counted = before.failures.filter((at) => isTripped || at > since);
  const failures = [...counted, now].slice(-BREAKER_FAILURES_MAX);
  if (isProbe) {
    const failedProbes = before.failedProbes + 1;
    return {
      ...{ ...before, failures, failedProbes, probe: null },
      openUntil: now + cooldownMs(policy, failedProbes),
    };
  }
  if (isTripped || failures.length < policy.failures) return { ...before, failures };
  return { ...before, failures, trippedAt: now, openUntil: now + cooldownMs(policy, 0) };
}

const cooldownMs = ({ cooldownSeconds }: BreakerSettings, failedProbes: number): number =>
  Math.min(cooldownSeconds * 2 ** failedProbes, BREAKER_SECONDS_MAX) * SECOND_MS;

function armIfDue(state: GovernorState, after: AgentBreaker, { agent, now }: Ended): GovernorChange {
  const { brake, breaker } = state;
  if (brake.armed || breaker === undefined || breaker.policy.globalAgents === 0)
    return { state, effects: [] };
  const { windowSeconds, globalAgents } = breaker.policy;
  const since = now - windowSeconds * SECOND_MS;
  const tripped = Object.values(breaker.agents).filter(
    ({ trippedAt }) => trippedAt !== null && trippedAt > since,
  );
  if (tripped.length < globalAgents && after.failedProbes < FAILED_PROBES_MAX) return { state, effects: [] };
  const count = after.failures.length;
  const spanMs = Math.max(windowSeconds * SECOND_MS, now - (after.failures[0] ?? now));
  const reason = `${agent} failed ${count}× in ${Math.ceil(spanMs / 60_000)} min — kill switch armed`;
  const armed = arm(state, { kind: 'arm', now, reason, by: AUTO, stopRunning: false });
  return { state: armed.state, effects: [...armed.effects, armNotice(reason, now)] };
}

function trippedAgents({ agents }: BreakerState): ReadonlySet<string> {
  const tripped = Object.entries(agents).filter(([, { trippedAt }]) => trippedAt !== null);
  return new Set(tripped.map(([agent]) => agent));
}

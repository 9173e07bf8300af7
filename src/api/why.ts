import { HOST_SILENT_MS_MAX } from '../core/limits.ts';
import { blockOf } from '../core/policy/governor/block.ts';
import type { AdmitRequest, BlockCode, GovernorState } from '../core/policy/governor/state.ts';
import { awake } from '../core/policy/governor/wake.ts';
import { ROUTES_POOL } from '../core/policy/pools.ts';
import type { KnownHost } from '../core/ports/store.ts';
import type { Route } from '../core/schema/route.ts';
import { ASKING, type RunRecord, type TaskState } from '../core/schema/run-record.ts';
import type { Task } from '../core/schema/task.ts';
import { isoTime } from './wire/time.ts';

/** Why a task is where it is, as one word. */
export type WhyCode =
  | BlockCode
  | 'running'
  | 'starting'
  | 'retrying'
  | typeof ASKING
  | 'stuck'
  | 'cancelled'
  | 'dead-lettered'
  | 'finished'
  | 'dependencies'
  | 'no-route'
  | 'not-ours'
  | 'due';

/** Everything the answer follows from; read from board and store, never from Temporal. */
export interface WhyFacts {
  readonly task: Task;
  readonly state: TaskState | null;
  /** The latest run. */
  readonly run: RunRecord | null;
  readonly routes: readonly Route[];
  readonly governor: GovernorState | null;
  readonly hosts: readonly KnownHost[];
  /** Tasks that stand before it in its queue. */
  readonly ahead: number;
  /** What the route's agent runs on; null = no account that is known. */
  readonly account?: string | null;
  readonly now: number;
}

/** One code and one sentence. */
export interface Why {
  readonly code: WhyCode;
  readonly reason: string;
}

/** The one binding reason, in the order: what runs, what was settled, what waits, what would be refused. */
export function why(facts: WhyFacts): Why {
  return underWay(facts) ?? settledInPlace(facts) ?? blocked(facts) ?? waiting(facts) ?? hypothetical(facts);
}

function underWay({ task, run, state }: WhyFacts): Why | null {
  if (run?.status === 'running') {
    const since = isoTime(run.spawnedAt ?? run.startedAt);
    return {
      code: 'running',
      reason: `agent ${run.agent} has been running since ${since} (run ${run.attempt})`,
    };
  }
  if (state?.status === 'claimed' || state?.status === 'running') {
    return {
      code: 'starting',
      reason: `it has been taken into ${task.queueName} and its agent is being started`,
    };
  }
  return null;
}

/** A task that was given up and still lies where it was left; elsewhere its old ending says nothing. */
function settledInPlace({ task, state, routes }: WhyFacts): Why | null {
  if (state === null) return null;
  const because = state.lastReason === null ? '' : `: ${state.lastReason}`;
  const inPlace = task.queueName === (state.inProgressQueue ?? task.queueName);
  if (state.status === 'asking' && inPlace)
    return { code: ASKING, reason: state.blockedText ?? 'it waits for an answer' };
  if (state.status === 'stuck' && inPlace) {
    return {
      code: 'stuck',
      reason: `it failed ${state.runCount} times and stays in ${task.queueName} until somebody retries it${because}`,
    };
  }
  if (state.status === 'cancelled' && inPlace) {
    return {
      code: 'cancelled',
      reason: `it was cancelled and stays in ${task.queueName} until somebody retries it${because}`,
    };
  }
  const watched = routes.some((route) => route.queueName === task.queueName);
  if (state.status === 'dead' && !watched) {
    return { code: 'dead-lettered', reason: `dead-lettered after ${state.runCount} runs${because}` };
  }
  if (state.status === 'done' && !watched) {
    return { code: 'finished', reason: `its last run ended well and no route watches ${task.queueName}` };
  }
  return null;
}

/** The board itself holds it back. */
const blocked = ({ task }: WhyFacts): Why | null =>
  task.blocked === undefined ? null : { code: task.blocked.code, reason: task.blocked.text };

function waiting({ task, state }: WhyFacts): Why | null {
  if (state?.status !== 'waiting' && state?.status !== 'retrying') return null;
  if (state.sourceQueue !== null && state.sourceQueue !== task.queueName) return null;
  if (state.blockedText !== null) {
    return { code: (state.blockedCode ?? state.status) as WhyCode, reason: state.blockedText };
  }
  if (state.status === 'waiting') return null;
  const because = state.lastReason === null ? '' : ` after: ${state.lastReason}`;
  return { code: 'retrying', reason: `it is tried again soon (retry ${state.retryCount})${because}` };
}

/** What would happen if it were started now. */
function hypothetical(facts: WhyFacts): Why {
  const { task, routes, governor, hosts, ahead, now } = facts;
  const route = routes.find(({ queueName }) => queueName === task.queueName);
  if (route === undefined) return notWatched(facts);
  const live = hosts.filter((host) => now - host.lastSeen < HOST_SILENT_MS_MAX);
  const state = governor === null ? null : awake(withHosts(governor, live), now);
  const blocked = state === null ? null : blockOf(state, requestOf(facts, route), now);
  if (blocked !== null && blocked.code !== 'no-slot') return { code: blocked.code, reason: blocked.text };
  if (live.length === 0)
    return { code: 'no-host', reason: 'no worker is up: no host that runs agents has been heard of lately' };
  const queue = `${placeText(ahead)} in ${task.queueName}`;
  if (blocked !== null) return { code: 'no-slot', reason: `no slot is free; ${queue}` };
  return {
    code: 'due',
    reason: `nothing holds it back: ${queue}, which is looked at every ${route.pollIntervalSeconds} s`,
  };
}

function placeText(ahead: number): string {
  if (ahead === 0) return 'it is first';
  return ahead === 1 ? '1 task is before it' : `${ahead} tasks are before it`;
}

function notWatched({ task, routes }: WhyFacts): Why {
  const user = routes.find(({ inProgressQueue }) => inProgressQueue === task.queueName);
  if (user === undefined) return { code: 'no-route', reason: `no route watches queue ${task.queueName}` };
  return {
    code: 'not-ours',
    reason: `it is in ${task.queueName}, but no run of ours took it there; move it to ${user.queueName} to have it run`,
  };
}

/** The saved state knows hosts from its last save; when they were last heard of stands in the records. */
export function withHosts(governor: GovernorState, live: readonly KnownHost[]): GovernorState {
  const entries = live.map(({ hostId, slots, lastSeen }) => {
    const saved = governor.hosts[hostId] ?? { hostId, ackedEpoch: null, runs: [] };
    return [hostId, { ...saved, slots, lastSeen }] as const;
  });
  return { ...governor, hosts: Object.fromEntries(entries) };
}

function requestOf({ task, routes, ahead, account = null }: WhyFacts, route: Route): AdmitRequest {
  const rank = (candidate: Route): number => candidate.priority ?? Number.POSITIVE_INFINITY;
  const before = routes.filter(
    (other) => rank(other) < rank(route) || (rank(other) === rank(route) && other.index < route.index),
  );
  return {
    leaseId: 'hypothetical',
    workflowId: 'hypothetical',
    taskId: task.id,
    pool: route.pool ?? ROUTES_POOL,
    route: route.queueName,
    agent: route.agent,
    ...(account === null ? {} : { account }),
    order: [before.length, ahead],
    ifBlocked: 'refuse',
  };
}

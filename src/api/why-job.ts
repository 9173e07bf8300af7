import { HOST_SILENT_MS_MAX } from '../core/limits.ts';
import { blockOf } from '../core/policy/governor/block.ts';
import type { GovernorState, WaitingEntry } from '../core/policy/governor/state.ts';
import { awake } from '../core/policy/governor/wake.ts';
import { waitingReasons } from '../core/policy/governor/why.ts';
import { DISPATCH_POOL } from '../core/policy/pools.ts';
import type { KnownHost } from '../core/ports/store.ts';
import type { Job } from '../core/schema/job.ts';
import { ASKING } from '../core/schema/run-record.ts';
import { type Why, withHosts } from './why.ts';
import { isoTime } from './wire/time.ts';

/** Everything the answer follows from; read from the store, never from Temporal. */
export interface WhyJobFacts {
  readonly job: Job;
  /** Id of the job's workflow, by which the governor knows it. */
  readonly workflowId: string;
  /** What its agent runs on; null = no account that is known. */
  readonly account?: string | null;
  /** What its agent has asked and waits to know; null = nothing. */
  readonly asks?: string | null;
  /** An earlier turn of its conversation that is still open. */
  readonly turnBefore: string | null;
  readonly governor: GovernorState | null;
  readonly hosts: readonly KnownHost[];
  readonly now: number;
}

/** Why a dispatch is where it is, in one code and one sentence. */
export function whyJob(facts: WhyJobFacts): Why {
  const { job, governor, now } = facts;
  if (job.completedAt !== null) return ended(job);
  if (job.runId !== null) {
    const since = isoTime(job.startedAt ?? job.createdAt);
    return { code: 'running', reason: `agent ${job.request.agent} has been running since ${since}` };
  }
  if (typeof facts.asks === 'string') return { code: ASKING, reason: facts.asks };
  const live = facts.hosts.filter((host) => now - host.lastSeen < HOST_SILENT_MS_MAX);
  if (live.length === 0)
    return { code: 'no-host', reason: 'no worker is up: no host that runs agents has been heard of lately' };
  if (governor === null) return STARTING;
  const state = awake(withHosts(governor, live), now);
  return inLine(state, facts) ?? turn(facts) ?? ifAsked(state, facts);
}

const STARTING: Why = { code: 'starting', reason: 'nothing holds it back: it is about to start' };

function ended({ status, error }: Job): Why {
  const because = error === null ? '' : `: ${error}`;
  if (status === 'cancelled') return { code: 'cancelled', reason: `it was called off${because}` };
  return { code: 'finished', reason: status === 'done' ? 'it has its answer' : `it failed${because}` };
}

function inLine(state: GovernorState, { workflowId, now }: WhyJobFacts): Why | null {
  const entry = state.waiting.find((waiting) => waiting.workflowId === workflowId);
  if (entry === undefined) return null;
  const reason = waitingReasons(state, now).find(({ leaseId }) => leaseId === entry.leaseId);
  return reason === undefined ? STARTING : { code: reason.blocked.code, reason: reason.blocked.text };
}

function turn({ turnBefore }: WhyJobFacts): Why | null {
  if (turnBefore === null) return null;
  return { code: 'no-slot', reason: `an earlier turn of its conversation goes first: job ${turnBefore}` };
}

/** What it would be told if it asked now; the governor's saved line may be a moment old. */
function ifAsked(state: GovernorState, { job, workflowId, account = null, now }: WhyJobFacts): Why {
  const request: WaitingEntry = {
    ...{ leaseId: 'hypothetical', workflowId, taskId: null, pool: DISPATCH_POOL, route: null },
    ...{ agent: job.request.agent, order: [0, job.createdAt], ifBlocked: 'wait', seq: 0, since: now },
    ...(account === null ? {} : { account }),
  };
  const blocked = blockOf(state, request, now);
  return blocked === null ? STARTING : { code: blocked.code, reason: blocked.text };
}

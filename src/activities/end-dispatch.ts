import { isCacheable } from '../core/policy/dispatch/is-cacheable.ts';
import { toDispatchResult } from '../core/policy/dispatch/to-dispatch-result.ts';
import { microUsdOf } from '../core/policy/money/dollars.ts';
import type { JobEnd } from '../core/ports/jobs.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';
import type { DispatchResult } from '../core/schema/dispatch.ts';
import type { Job } from '../core/schema/job.ts';
import type { ActivityPorts } from './ports.ts';
import { passOnQuestions } from './questions.ts';

/** How a job ended: by a run, or without one. */
export type DispatchEnding = AgentOutcome | { readonly kind: 'worker-lost' };

/** Writes a job's end once, with everything that hangs on it: cache, conversation, job file, usage line. */
export async function endDispatch(
  ports: ActivityPorts,
  job: Job,
  ending: DispatchEnding,
  asked = false,
): Promise<void> {
  const { agent } = job.request;
  const { jobs } = ports.store;
  const answer = toDispatchResult(ending, {
    ...{ agent, request: job.request, spec: job.spec, sessionId: job.sessionId, resume: job.resume },
    // Advice after a timeout. It takes reading the journal: nobody else waits for that.
    typical: ending.kind === 'timed-out' ? await ports.usage.typical(agent).catch(() => null) : null,
  });
  const result = asked ? { ...answer, ...(await passOnQuestions(ports, job.jobId)) } : answer;
  const called = ending.kind === 'stopped' && ending.by === 'cancel';
  const at = Date.now();
  const cache = job.cacheKey !== null && !asked && isCacheable(result) ? await cacheBounds(ports) : undefined;
  const turn = turnOf(job, result);
  const end = {
    ...(turn === null ? {} : { turn }),
    status: called ? ('cancelled' as const) : result.success ? ('done' as const) : ('failed' as const),
    ...{ result, error: result.error ?? null, at },
  };
  const first = await jobs.end(job.jobId, end, cache);
  if (!first) {
    // Called off meanwhile: what the run cost and which conversation it was are kept beside that.
    await jobs.noteLate(job.jobId, result);
    if (turn !== null) await jobs.touchSession({ ...turn, agent, at });
  }
  const { caller } = job.request;
  await ports.usage.note({ agent, caller, result, at, wallMs: at - (job.startedAt ?? at) });
}

/** Null: there is no conversation to go on with. Nothing began, or its agent could not be told the id. */
function turnOf({ spec, sessionId: given }: Job, result: DispatchResult): NonNullable<JobEnd['turn']> | null {
  const sessionId = result.session_id ?? (spec.kind === 'command' ? given : null);
  if (sessionId === null) return null;
  return { sessionId, costMicroUsd: microUsdOf(result.cost_usd ?? 0) };
}

/** Undefined: nothing is cached, also while the file that says so cannot be read: an end waits for no person. */
async function cacheBounds({
  agents,
}: ActivityPorts): Promise<{ ttlMs: number; maxSize: number } | undefined> {
  const directory = await agents.read().catch(() => null);
  if (directory === null) return undefined;
  const { enabled, ttlSeconds, maxSize } = directory.settings.cache;
  return enabled && ttlSeconds > 0 ? { ttlMs: ttlSeconds * 1000, maxSize } : undefined;
}

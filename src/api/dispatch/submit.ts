import { createHash, randomUUID } from 'node:crypto';
import { cacheIdentity } from '../../core/policy/dispatch/cache-identity.ts';
import { withGroupContext } from '../../core/policy/dispatch/group-context.ts';
import { guardRequest } from '../../core/policy/dispatch/guard-request.ts';
import { newJob, plannedJob } from '../../core/policy/dispatch/new-job.ts';
import { resolveSpec } from '../../core/policy/dispatch/resolve-spec.ts';
import type { AgentDirectory } from '../../core/ports/agent-registry.ts';
import type { DispatchRequest, DispatchResult, DispatchSpec } from '../../core/schema/dispatch.ts';
import type { CallOrigin } from '../../core/schema/dispatch-plan.ts';
import type { Job, JobMode } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import type { CachedAnswer } from './cached-answer.ts';
import { callOrigin } from './call-origin.ts';
import { newJobId } from './job-id.ts';
import { keepJob } from './keep-job.ts';
import { noteAtOnce } from './note-at-once.ts';
import { keyMismatch } from './once-per-key.ts';
import { agentNamed } from './resolve-agent.ts';

/** One call of an agent, checked and clamped by its surface. */
export interface Submission {
  readonly request: DispatchRequest;
  readonly mode: JobMode;
  /** A conversation to go on with; null = a new one. */
  readonly sessionId: string | null;
  /** `use` reads and fills the cache, `refresh` only fills it, `off` does neither (R-AD-118). */
  readonly cache: 'use' | 'refresh' | 'off';
  /** The board task it belongs to; null = that of the calling run, if any. */
  readonly taskId: string | null;
}

/** What became of a submission: refused before anything ran, answered by the cache, or a job that runs. */
export type Submitted =
  | { readonly kind: 'refused'; readonly result: DispatchResult }
  | ({ readonly kind: 'cached' } & CachedAnswer)
  | { readonly kind: 'job'; readonly job: Job };

/** A call with everything it will run with, or the answer that it will not. */
export type Prepared =
  | { readonly kind: 'refused'; readonly result: DispatchResult }
  | {
      readonly kind: 'ready';
      readonly request: DispatchRequest;
      readonly spec: DispatchSpec;
      readonly origin: CallOrigin;
    };

/** Fixes what a call runs with: the agent's settings as they are now, its group's context, its place in the chain. */
export function prepareCall(
  directory: AgentDirectory,
  { request, sessionId }: Pick<Submission, 'request' | 'sessionId'>,
  { origin, claimedDepth }: { readonly origin: CallOrigin; readonly claimedDepth: number },
): Prepared {
  const profile = agentNamed(directory, request.agent);
  const whole = withGroupContext(request, directory.groups);
  const spec = resolveSpec(profile, directory.settings, whole);
  const chain = [...origin.chain, request.agent];
  const refused = guardRequest({ agent: request.agent, spec, sessionId, claimedDepth, chain });
  if (refused !== null) return { kind: 'refused', result: refused };
  return { kind: 'ready', request: whole, spec, origin };
}

/**
 * Takes one call: refused, answered by the cache, or kept as a job and started. Equal calls at the same time share one
 * job. After it answers, the work does not need the caller any more (R-SYS-006).
 */
export async function submit(context: CallContext, submission: Submission): Promise<Submitted> {
  const { store, agents, claimedDepth = 0 } = context;
  const directory = await agents.read();
  const origin = await callOrigin(context, submission.taskId);
  const prepared = prepareCall(directory, submission, { origin, claimedDepth });
  if (prepared.kind === 'refused') {
    await noteAtOnce(context, submission.request, { result: prepared.result, cached: false });
    return prepared;
  }
  const cacheKey = cacheKeyOf(submission, prepared, directory);
  // An answer that comes from now on answers this call, too.
  const now = Date.now();
  if (cacheKey !== null && submission.cache === 'use') {
    const result = await store.jobs.cached(cacheKey, now);
    if (result !== null) {
      await noteAtOnce(context, submission.request, { result, cached: true });
      return { ...prepared, kind: 'cached', result };
    }
  }
  const wanted = jobOf(context, submission, { ...prepared, cacheKey, now });
  const job = await keepJob(context, wanted);
  requireSameRequest(job, wanted, context.idempotencyKey);
  await startJob(context, job);
  return { kind: 'job', job };
}

/** Starts a kept job; when the server is away the job is given up, so that it does not run behind its caller's back. */
export async function startJob({ dispatches, store, jobFiles }: CallContext, job: Job): Promise<void> {
  if (job.status !== 'pending') return;
  const file = jobFiles.write(job);
  const planned = plannedJob(job);
  try {
    await (job.mode === 'session' ? dispatches.startTurn(planned) : dispatches.start(planned));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const end = {
      status: 'failed',
      result: null,
      error: `could not be started: ${text}`,
      at: Date.now(),
      // An equal call may have got through.
      from: 'pending',
    } as const;
    // Two writers at a time might leave the older state in the file.
    await file;
    await store.jobs.end(job.jobId, end);
    throw error;
  } finally {
    await file;
  }
}

type Ready = Extract<Prepared, { kind: 'ready' }>;

function jobOf(
  { idempotencyKey }: CallContext,
  { mode, sessionId }: Submission,
  {
    request,
    spec,
    origin,
    cacheKey,
    now,
  }: Ready & { readonly cacheKey: string | null; readonly now: number },
): Job {
  return newJob({
    ...{ mode, request, spec, origin, cacheKey, now },
    jobId: newJobId(idempotencyKey),
    sessionId: sessionId ?? randomUUID(),
    resume: sessionId !== null,
  });
}

/** What equal calls have in common, hashed; null = this call shares nothing. */
export function cacheKeyOf(
  { cache, sessionId }: Submission,
  { request, spec }: Ready,
  { settings: { cache: kept }, agents }: AgentDirectory,
): string | null {
  if (cache === 'off' || sessionId !== null || !kept.enabled) return null;
  // Other bounds are another cache; values of variables count, but nowhere do they stand (R-AD-122, R-ADX-015).
  const apart = JSON.stringify([kept.ttlSeconds, kept.maxSize, agents.get(request.agent)?.env ?? {}]);
  return createHash('sha256').update(cacheIdentity(request, spec)).update(apart).digest('hex');
}

/** An equal call of somebody else may answer for this one; the job of this key must be for this request. */
function requireSameRequest(job: Job, wanted: Job, key: string | null): void {
  if (key === null || job.jobId !== wanted.jobId) return;
  if (JSON.stringify(job.request) !== JSON.stringify(wanted.request)) throw keyMismatch(key);
}

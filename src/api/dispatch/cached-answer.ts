import { randomUUID } from 'node:crypto';
import { newJob } from '../../core/policy/dispatch/new-job.ts';
import type { DispatchRequest, DispatchResult, DispatchSpec } from '../../core/schema/dispatch.ts';
import type { CallOrigin } from '../../core/schema/dispatch-plan.ts';
import type { CallContext } from '../operation.ts';

/** A cached answer and the call it answers. */
export interface CachedAnswer {
  readonly result: DispatchResult;
  readonly request: DispatchRequest;
  readonly spec: DispatchSpec;
  readonly origin: CallOrigin;
}

/** Keeps a cached answer as a finished job of its own, under this id, so that it can be fetched by reference (R-AD-073). */
export async function keepCachedAnswer(
  { store, jobFiles }: CallContext,
  jobId: string,
  { result, request, spec, origin }: CachedAnswer,
): Promise<string> {
  const now = Date.now();
  const sessionId = result.session_id ?? randomUUID();
  const job = newJob({ jobId, mode: 'sync', request, spec, sessionId, resume: false, origin, now });
  const answered = { ...job, status: 'done', result, startedAt: now, completedAt: now } as const;
  await store.jobs.add(answered);
  await jobFiles.write(answered);
  return jobId;
}

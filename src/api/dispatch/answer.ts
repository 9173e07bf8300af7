import { refPayload } from '../../core/policy/dispatch/ref-payload.ts';
import type { DispatchResult } from '../../core/schema/dispatch.ts';
import type { Job } from '../../core/schema/job.ts';

/** The result of a job that has ended; one that ended without a run says why. */
export function resultOf({ request, result, error, sessionId }: Job): DispatchResult {
  if (result !== null) return result;
  return {
    agent: request.agent,
    success: false,
    result: '',
    error: error ?? 'The job has no result.',
    error_type: 'cli_error',
    session_id: sessionId,
  };
}

/** How a caller wants an answer. */
export interface Shape {
  readonly returnRef: boolean;
  readonly summaryChars: number;
}

/** The answer as the caller wants it: whole, or by reference to its job (R-AD-071). */
export function shaped(jobId: string, result: DispatchResult, { returnRef, summaryChars }: Shape) {
  return returnRef ? refPayload(jobId, result, summaryChars) : result;
}

import type { DispatchResult } from '../../schema/dispatch.ts';
import type { Job } from '../../schema/job.ts';
import { refusal } from './guard-request.ts';

/** The result of a job that has ended; one that ended without a run says why. */
export function resultOf({ request, result, error, sessionId }: Job): DispatchResult {
  return result ?? unanswered(request.agent, error ?? 'The job has no result.', sessionId);
}

/** The result of a job that has no answer; its conversation, if it began, can be continued. */
export const unanswered = (agent: string, error: string, sessionId: string): DispatchResult => ({
  ...refusal(agent, 'cli_error', error),
  session_id: sessionId,
});

import { AppError } from '../../core/errors.ts';
import { isOver, type Job, type JobMode } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import { awaitEnd } from './await-end.ts';
import { keepCachedAnswer } from './cached-answer.ts';
import { newJobId } from './job-id.ts';
import { jobNamed } from './job-named.ts';
import { requireTurnToCome } from './nested-wait.ts';
import { oncePerKey } from './once-per-key.ts';
import { refusalError } from './refusal-error.ts';
import { requireOwnSession } from './session-owner.ts';
import { type Submission, submit } from './submit.ts';

/** A call of an agent whose answer may be collected later. */
export interface DispatchAsked {
  readonly request: Submission['request'];
  readonly cache: Submission['cache'];
  /** A conversation to go on with; null = a new one. */
  readonly sessionId: string | null;
  /** A turn of a conversation, whether it goes on or begins one. */
  readonly isTurn: boolean;
  readonly taskId: string | null;
  /** How long the caller waits for the end (ms). */
  readonly waitMs: number;
}

/** Takes a call and answers its job, ended or not; calls that must not run are errors. */
export async function takeDispatch(context: CallContext, asked: DispatchAsked): Promise<Job> {
  const { request, sessionId, taskId, waitMs } = asked;
  if (taskId !== null) await context.board.getTask(taskId);
  const mode = modeOf(asked);
  const cache = mode === 'session' ? ('off' as const) : asked.cache;
  const body = { request, sessionId, taskId, cache };
  const jobId = await oncePerKey(context, { operation: 'dispatch', body }, async () => {
    if (sessionId !== null) {
      await requireOwnSession(context, sessionId, request.agent);
      if (waitMs > 0) await requireTurnToCome(context, sessionId);
    }
    return begin(context, { request, sessionId, taskId, mode, cache });
  });
  return jobAfter(context, jobId, waitMs);
}

/** Whoever does not wait at all keeps its own slot and waits out a brake. */
const modeOf = ({ isTurn, waitMs }: DispatchAsked): JobMode =>
  isTurn ? 'session' : waitMs > 0 ? 'sync' : 'async';

async function begin(context: CallContext, submission: Submission): Promise<string> {
  const submitted = await submit(context, submission);
  switch (submitted.kind) {
    case 'refused':
      throw refusalError(submitted.result);
    case 'cached':
      return keepCachedAnswer(context, newJobId(context.idempotencyKey), submitted);
    case 'job':
      return submitted.job.jobId;
  }
}

/** The job once it has ended, else as it is after this time; the work never ends with the waiting (R-SYS-006). */
export async function jobAfter(context: CallContext, jobId: string, waitMs: number): Promise<Job> {
  const job = await jobNamed(context, jobId);
  if (isOver(job.status) || waitMs <= 0) return job;
  return (await awaitEnd(context, job, waitMs)) ?? jobNamed(context, jobId);
}

/** An agent's own token is for calls made by its run (R-AD-127). */
export function requireOwnCall({ boundTaskId, callingRun }: CallContext, job: Job): void {
  if (boundTaskId === null || job.parentRunId === callingRun?.runId) return;
  throw new AppError('forbidden', 'the token of an agent run is for dispatches of its own only');
}

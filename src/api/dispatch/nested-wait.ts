import { AppError } from '../../core/errors.ts';
import { turnInTheWay, waitsFor } from '../../core/policy/dispatch/waits-for.ts';
import { roomOf } from '../../core/policy/governor/room.ts';
import { DISPATCH_POOL } from '../../core/policy/pools.ts';
import type { CallContext } from '../operation.ts';

const ELSE_HINT = 'leave session_id empty to ask in a conversation of its own';

/**
 * An agent that waits for a turn holds its slot meanwhile, and its own conversation. Where the turn could not begin
 * before that ends, it is told so at once instead of when its time is over (R-AD-077, R-SYS-016).
 */
export async function requireTurnToCome(context: CallContext, sessionId: string): Promise<void> {
  const { callingRun, store } = context;
  if (callingRun === undefined) return;
  const { runId } = callingRun;
  const own = await store.projection.getRun(runId);
  if (own?.status === 'running' && own.sessionId === sessionId) {
    throw new AppError(
      'conflict',
      `session_id '${sessionId}' is the conversation that makes this call: the turn would wait for its own caller`,
      { hint: ELSE_HINT },
    );
  }
  const found = turnInTheWay(await store.jobs.listOpen(), { sessionId, runId });
  if (found === null) return;
  const { kind, jobId } = found;
  if (kind === 'circle') {
    throw new AppError(
      'conflict',
      `the conversation '${sessionId}' is in a turn (job ${jobId}) that waits for the caller of this one`,
      { hint: ELSE_HINT, details: { jobId } },
    );
  }
  if (await hasRoom(context)) return;
  throw new AppError(
    'conflict',
    `the conversation '${sessionId}' has an earlier turn (job ${jobId}) that waits for a slot, all slots are in use, and this call would hold one while it waits`,
    { hint: `call again once dispatch_wait tells the end of ${jobId}; or ${ELSE_HINT}`, details: { jobId } },
  );
}

/** An agent that waits for a job which waits for that agent's own answer is told so at once (R-AD-106). */
export async function requireEndToCome(
  { callingRun, store }: Pick<CallContext, 'callingRun' | 'store'>,
  jobId: string,
): Promise<void> {
  if (callingRun === undefined) return;
  const open = await store.jobs.listOpen();
  const job = open.find((one) => one.jobId === jobId);
  if (job === undefined || !waitsFor(open, job, callingRun.runId)) return;
  throw new AppError(
    'conflict',
    `the job ${jobId} waits for the agent that makes this call: it cannot end before`,
    {
      hint: 'answer without waiting for it',
      details: { jobId },
    },
  );
}

/** A governor that does not answer is no reason to turn anybody away. */
async function hasRoom({ control }: CallContext): Promise<boolean> {
  const state = await control.governor().catch(() => null);
  return state === null || roomOf(state, DISPATCH_POOL, Date.now()).free > 0;
}

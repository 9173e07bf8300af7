import type { CallOrigin } from '../../core/schema/dispatch-plan.ts';
import type { CallContext } from '../operation.ts';

/**
 * From whom a call comes, by our own records: the run whose agent makes it, the agents that led to that run, the task
 * they work on. What the agent's environment says cannot make this less (R-AD-031, R-SYS-022).
 */
export async function callOrigin(context: CallContext, taskId: string | null): Promise<CallOrigin> {
  const { callingRun, store } = context;
  if (callingRun === undefined) return { parentRunId: null, chain: [], taskId };
  const { runId } = callingRun;
  const job = await store.jobs.jobOfRun(runId);
  const run = job === null ? await store.projection.getRun(runId) : null;
  return {
    parentRunId: runId,
    chain: job?.chain ?? (run === null ? [UNKNOWN_AGENT] : [run.agent]),
    taskId: taskId ?? callingRun.taskId,
  };
}

/** A run whose record was lost still counts as one step of depth. */
const UNKNOWN_AGENT = 'unknown';

import { PLAN_LOOK_MS } from '../../core/dispatch-limits.ts';
import type { Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import { awaitEnd } from './await-end.ts';

/** Several calls that belong together, as they stand. */
export interface PlanState<State> {
  readonly state: State;
  readonly over: boolean;
  /** One of them that has not ended. */
  readonly open: Job | null;
}

/** Looks until all of it is over, or this time is; between two turns nothing is open for a moment. */
export async function awaitPlan<State>(
  context: CallContext,
  look: () => Promise<PlanState<State>>,
  waitMs: number,
): Promise<State> {
  const until = performance.now() + waitMs;
  for (;;) {
    const { state, over, open } = await look();
    const left = until - performance.now();
    if (over || left <= 0 || context.signal?.aborted === true) return state;
    if (open !== null) await awaitEnd(context, open, left);
    else await new Promise((resolve) => setTimeout(resolve, Math.min(left, PLAN_LOOK_MS)));
  }
}

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

/** Which plan is waited for, and how it is looked at. */
export interface AwaitedPlan<State> {
  readonly kind: 'dialogue' | 'parallel';
  readonly id: string;
  look(): Promise<PlanState<State>>;
}

/** Looks until all of it is over, or this time is; between two turns nothing is open for a moment. */
export async function awaitPlan<State extends { readonly status: 'running' | 'done' }>(
  context: CallContext,
  plan: AwaitedPlan<State>,
  waitMs: number,
): Promise<State> {
  const until = performance.now() + waitMs;
  for (;;) {
    const { state, over, open } = await plan.look();
    if (!over && open === null && (await isGivenUp(context, plan))) {
      // Looked at once more: the last of it may have ended in between.
      const last = await plan.look();
      if (last.open === null) return { ...last.state, status: 'done' };
    }
    const left = until - performance.now();
    if (over || left <= 0 || context.signal?.aborted === true) return state;
    if (open !== null) await awaitEnd(context, open, left);
    else await new Promise((resolve) => setTimeout(resolve, Math.min(left, PLAN_LOOK_MS)));
  }
}

/** Somebody ended what runs it, so nothing follows; a server that is away says nothing about that. */
const isGivenUp = async <State>(
  { dispatches }: CallContext,
  { kind, id }: AwaitedPlan<State>,
): Promise<boolean> => !(await dispatches.isPlanOpen(kind, id).catch(() => true));

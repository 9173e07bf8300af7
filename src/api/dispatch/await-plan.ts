import { PLAN_LOOK_MS } from '../../core/dispatch-limits.ts';
import { AppError } from '../../core/errors.ts';
import type { Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import { awaitEnd } from './await-end.ts';

/** Several calls that belong together, as they stand. */
export interface PlanState<State> {
  readonly state: State;
  readonly over: boolean;
  /** Those that have not ended. */
  readonly open: readonly Job[];
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
    if (!over && open.length === 0 && (await isGivenUp(context, plan))) {
      // Looked at once more: the last of it may have ended in between.
      const last = await plan.look();
      if (last.open.length === 0) return { ...last.state, status: 'done' };
    }
    const left = until - performance.now();
    if (over || left <= 0 || context.signal?.aborted === true) return state;
    // All of them before the next look, which reads them all anew.
    for (const job of open) await awaitEnd(context, job, until - performance.now());
    if (open.length === 0) await new Promise((resolve) => setTimeout(resolve, Math.min(left, PLAN_LOOK_MS)));
  }
}

/** Somebody ended what runs it, so nothing follows; a server that is away says nothing about that. */
const isGivenUp = async <State>(
  { dispatches }: CallContext,
  { kind, id }: AwaitedPlan<State>,
): Promise<boolean> => !(await dispatches.isPlanOpen(kind, id).catch(() => true));

/** The end, for whoever waits as long as it takes; a disconnected caller is told what goes on without it. */
export async function untilDone<State extends { readonly status: 'running' | 'done' }>(
  kind: AwaitedPlan<State>['kind'],
  id: string,
  wait: (waitMs: number) => Promise<State>,
): Promise<State> {
  const state = await wait(Number.POSITIVE_INFINITY);
  if (state.status === 'done') return state;
  throw new AppError('timed-out', `nobody waits any more; the ${kind} ${id} goes on`, {
    hint: 'dispatch_jobs shows its parts',
    details: { id },
  });
}

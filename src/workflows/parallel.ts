import { PARALLEL_CHILDREN_MAX } from '../core/dispatch-limits.ts';
import type { PlannedJob } from '../core/schema/dispatch-flow.ts';
import { runJob } from './child-dispatch.ts';
import { dispatches } from './dispatch-activities.ts';
import { showPhase } from './task-view.ts';

export interface ParallelInput {
  readonly project: string;
  readonly id: string;
  /** Kept already; what the cache answered is not among them. */
  readonly jobs: readonly PlannedJob[];
  /** Is something made of the answers? */
  readonly aggregate: boolean;
}

/** Several agents side by side, each for itself; answers the job that made one of their answers (R-AD-081, R-AD-083). */
export async function parallelWorkflow({
  project,
  id,
  jobs,
  aggregate,
}: ParallelInput): Promise<string | null> {
  let over = 0;
  const waiting = [...jobs];
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      await runJob(project, job);
      showPhase(`${++over} of ${jobs.length} done`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_CHILDREN_MAX, jobs.length) }, work));
  if (!aggregate) return null;
  const aggregator = await dispatches.addAggregator({ id });
  if (aggregator === null) return null;
  showPhase(`**${aggregator.agent}** makes one answer of ${jobs.length}`);
  await runJob(project, aggregator);
  return aggregator.jobId;
}

import type { z } from 'zod';
import { resultOf } from '../../core/policy/dispatch/job-result.ts';
import type { ParallelPlan } from '../../core/schema/dispatch-plan.ts';
import { isOver, type Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import type { WireParallel, WirePart } from '../wire/together.ts';
import { shaped } from './answer.ts';
import { awaitPlan, type PlanState } from './await-plan.ts';
import { readPlan } from './keep-plan.ts';

type Part = z.input<typeof WirePart>;

type State = z.input<typeof WireParallel>;

/** Calls side by side at their end, or as they stand after this time. Throws `not-found`. */
export async function awaitParallel(context: CallContext, id: string, waitMs: number): Promise<State> {
  const plan = await readPlan(context, 'parallel', id);
  return awaitPlan(context, { kind: 'parallel', id, look: () => parallelState(context, id, plan) }, waitMs);
}

/** Calls side by side as they stand, made of the plan and its jobs alone. */
async function parallelState(
  { store }: CallContext,
  id: string,
  plan: ParallelPlan,
): Promise<PlanState<State>> {
  const parts = await store.jobs.ofParent(id);
  const known = new Map(parts.map((job) => [job.jobId, job]));
  const jobs: (Job | null)[] = [];
  for (const { jobId } of plan.items) {
    // An open job of somebody else's equal call may stand for an item.
    jobs.push(jobId === null ? null : (known.get(jobId) ?? (await store.jobs.get(jobId))));
  }
  const items = plan.items.map((item, index) => itemOf(item, jobs[index] ?? null));
  const asked = new Set(plan.items.map(({ jobId }) => jobId));
  const aggregator = plan.aggregate === null ? null : (parts.find(({ jobId }) => !asked.has(jobId)) ?? null);
  const open = [...jobs, aggregator].filter((job) => job !== null).filter(({ status }) => !isOver(status));
  const over = open.length === 0 && (plan.aggregate === null || aggregator !== null);
  const aggregated = aggregator === null ? {} : { aggregated: partOf(aggregator) };
  return { state: { id, status: over ? 'done' : 'running', items, ...aggregated }, over, open };
}

function itemOf({ jobId, cached, ...shape }: ParallelPlan['items'][number], job: Job | null): Part {
  const named = jobId === null ? {} : { job_id: jobId };
  if (cached !== null) {
    return {
      ...named,
      status: cached.success ? 'done' : 'failed',
      result: shaped(jobId ?? '', cached, shape),
    };
  }
  if (job === null) return { ...named, status: 'failed' };
  const part = partOf(job);
  return part.result === undefined ? part : { ...part, result: shaped(job.jobId, resultOf(job), shape) };
}

function partOf(job: Job): Part {
  const { jobId, status } = job;
  return { job_id: jobId, status, ...(isOver(status) ? { result: resultOf(job) } : {}) };
}

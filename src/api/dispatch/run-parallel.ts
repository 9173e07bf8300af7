import { randomUUID } from 'node:crypto';
import { aggregatorRequest } from '../../core/policy/dispatch/aggregate.ts';
import { newJob, plannedJob } from '../../core/policy/dispatch/new-job.ts';
import { parseDispatches } from '../../core/policy/dispatch/parallel-items.ts';
import type { AgentDirectory } from '../../core/ports/agent-registry.ts';
import type { PlannedJob } from '../../core/schema/dispatch-flow.ts';
import type { CallOrigin, ParallelPlan } from '../../core/schema/dispatch-plan.ts';
import { isOver } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import { keepCachedAnswer } from './cached-answer.ts';
import { callOrigin } from './call-origin.ts';
import { newPlanId, partId } from './job-id.ts';
import { keepJob } from './keep-job.ts';
import { keepPlan } from './keep-plan.ts';
import { noteAtOnce } from './note-at-once.ts';
import { cacheKeyOf, prepareCall, type Submission } from './submit.ts';

type Item = ParallelPlan['items'][number];

/** Several calls as asked for; nothing runs unless all of them are well-formed (R-AD-079). */
export async function startParallel(
  context: CallContext,
  { dispatches, aggregate }: { readonly dispatches: unknown; readonly aggregate: string },
): Promise<string> {
  const directory = await context.agents.read();
  const { agents, groups, settings } = directory;
  const { maxConcurrency } = settings;
  const asked = parseDispatches(dispatches, { agents, groups, maxConcurrency, aggregate });
  const origin = await callOrigin(context, null);
  const id = newPlanId(context.idempotencyKey);
  const planned: PlannedJob[] = [];
  const items: Item[] = [];
  for (const [index, { request, returnRef, summaryChars }] of asked.entries()) {
    // Its group's context is in the request already.
    const call = {
      request: { ...request, group: '' },
      sessionId: null,
      mode: 'parallel',
      cache: 'use',
      taskId: null,
    } as const;
    const kept = await keepItem(context, { directory, origin, call, id, index });
    if (kept.job !== null) planned.push(kept.job);
    items.push({ ...kept.item, returnRef, summaryChars });
  }
  const plan = {
    kind: 'parallel',
    items,
    origin,
    aggregate: aggregation(context, directory, origin, aggregate),
  } as const;
  await keepPlan(context, id, plan);
  await context.dispatches.startParallel({ id, jobs: dedupe(planned), aggregate: plan.aggregate !== null });
  return id;
}

interface ItemToKeep {
  readonly directory: AgentDirectory;
  readonly origin: CallOrigin;
  readonly call: Submission;
  readonly id: string;
  readonly index: number;
}

/** One call of the lot: refused or cached now, or a job; equal ones share one (R-AD-084). */
async function keepItem(
  context: CallContext,
  { directory, origin, call, id, index }: ItemToKeep,
): Promise<{ readonly item: Pick<Item, 'jobId' | 'cached'>; readonly job: PlannedJob | null }> {
  const { jobs } = context.store;
  const facts = { origin, claimedDepth: context.claimedDepth ?? 0 };
  const prepared = prepareCall(directory, call, facts);
  if (prepared.kind === 'refused') {
    await noteAtOnce(context, call.request, { result: prepared.result, cached: false });
    return { item: { jobId: null, cached: prepared.result }, job: null };
  }
  const jobId = partId(id, index);
  const cacheKey = cacheKeyOf(call, prepared, directory);
  const now = Date.now();
  const result = cacheKey === null ? null : await jobs.cached(cacheKey, now);
  if (result !== null) {
    await keepCachedAnswer(context, jobId, { ...prepared, result });
    await noteAtOnce(context, call.request, { result, cached: true });
    return { item: { jobId, cached: { ...result, cached: true } as typeof result }, job: null };
  }
  const { request, spec } = prepared;
  const parts = { jobId, mode: 'parallel', request, spec, origin, parentId: id, cacheKey, now } as const;
  const job = await keepJob(context, newJob({ ...parts, sessionId: randomUUID(), resume: false }));
  const item = { jobId: job.jobId, cached: null };
  return { item, job: isOver(job.status) ? null : plannedJob(job) };
}

/** An open job of somebody else's equal call may stand for two items. */
const dedupe = (jobs: readonly PlannedJob[]): readonly PlannedJob[] => [
  ...new Map(jobs.map((job) => [job.jobId, job])).values(),
];

function aggregation(
  { claimedDepth = 0 }: CallContext,
  directory: AgentDirectory,
  origin: CallOrigin,
  agent: string,
): ParallelPlan['aggregate'] {
  if (agent === '') return null;
  const request = aggregatorRequest(agent, []);
  const prepared = prepareCall(directory, { request, sessionId: null }, { origin, claimedDepth });
  return prepared.kind === 'refused' ? null : { agent, spec: prepared.spec, timeoutSeconds: null };
}

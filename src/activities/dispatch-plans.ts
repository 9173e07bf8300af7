import { createHash } from 'node:crypto';
import { aggregatorRequest } from '../core/policy/dispatch/aggregate.ts';
import { dialogueRequest } from '../core/policy/dispatch/dialogue.ts';
import { newJob, plannedJob } from '../core/policy/dispatch/new-job.ts';
import { planKey } from '../core/policy/dispatch/plan-key.ts';
import { replayDialogue } from '../core/policy/dispatch/replay-dialogue.ts';
import type { DispatchResult } from '../core/schema/dispatch.ts';
import type { PlannedJob } from '../core/schema/dispatch-flow.ts';
import type { DialoguePlan, ParallelPlan } from '../core/schema/dispatch-plan.ts';
import type { Job } from '../core/schema/job.ts';
import type { ActivityPorts } from './ports.ts';

/** What the workflows of several calls decide with the texts in the store. */
export interface DispatchPlanActivities {
  /** The job of the next turn; null = the dialogue is over. */
  nextTurn(input: { id: string; jobIds: readonly string[] }): Promise<PlannedJob | null>;
  /** The job that makes one answer of the others; null = nothing was asked for. */
  addAggregator(input: { id: string }): Promise<PlannedJob | null>;
}

export function createDispatchPlanActivities(ports: ActivityPorts): DispatchPlanActivities {
  const { jobs } = ports.store;
  return {
    async nextTurn({ id, jobIds }) {
      const plan = await readPlan<DialoguePlan>(ports, id);
      const replies = await Promise.all(jobIds.map(async (jobId) => resultOf(await jobs.get(jobId), plan)));
      const step = replayDialogue(plan, replies);
      if (step.kind === 'ended') return null;
      const { request, sessionId } = dialogueRequest(step.state);
      const jobId = derivedId(`${id}/${jobIds.length}`);
      return keep(ports, {
        ...{ jobId, mode: 'dialogue', request, parentId: id, origin: plan.origin, now: Date.now() },
        spec: plan.specs[step.state.next],
        sessionId: sessionId ?? sessionOf(jobId),
        resume: sessionId !== null,
      });
    },
    async addAggregator({ id }) {
      const { items, aggregate, origin } = await readPlan<ParallelPlan>(ports, id);
      if (aggregate === null) return null;
      const results = await Promise.all(
        items.map(
          async ({ jobId, cached }) => cached ?? resultOf(jobId === null ? null : await jobs.get(jobId)),
        ),
      );
      const jobId = derivedId(`${id}/aggregate`);
      return keep(ports, {
        ...{ jobId, mode: 'parallel', parentId: id, origin, now: Date.now(), resume: false },
        request: aggregatorRequest(aggregate.agent, results, aggregate.timeoutSeconds),
        spec: aggregate.spec,
        sessionId: sessionOf(jobId),
      });
    },
  };
}

async function keep(ports: ActivityPorts, parts: Parameters<typeof newJob>[0]): Promise<PlannedJob> {
  const { job } = await ports.store.jobs.add(newJob(parts));
  return plannedJob(job);
}

async function readPlan<Plan>({ store }: ActivityPorts, id: string): Promise<Plan> {
  const kept = await store.records.getKey(planKey(id));
  const text = kept === null ? null : await store.records.getText(kept.bodyHash);
  if (text === null) throw new Error(`the plan of ${id} is gone from the store`);
  return JSON.parse(text) as Plan;
}

/** The same for the same place in the same plan: an activity that runs again makes no second job. */
function derivedId(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

/** A conversation id as agents want it, made of a job's. */
function sessionOf(jobId: string): string {
  const hex = createHash('sha256').update(`session/${jobId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A job that was purged or never kept counts as a failed one. */
function resultOf(job: Job | null, plan?: DialoguePlan): DispatchResult {
  const agent = job?.request.agent ?? plan?.responder ?? 'unknown';
  const error = job?.error ?? 'its job is gone from the store';
  return job?.result ?? { agent, success: false, result: '', error, error_type: 'cli_error' };
}

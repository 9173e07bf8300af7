import { createHash, randomUUID } from 'node:crypto';
import { aggregatorRequest } from '../core/policy/dispatch/aggregate.ts';
import { dialogueRequest } from '../core/policy/dispatch/dialogue.ts';
import { refusal } from '../core/policy/dispatch/guard-request.ts';
import { resultOf } from '../core/policy/dispatch/job-result.ts';
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
  /** The job of the next turn; null = the dialogue is over, or forgotten. */
  nextTurn(input: { id: string; jobIds: readonly string[] }): Promise<PlannedJob | null>;
  /** The job that makes one answer of the others; null = none was asked for, or it is forgotten. */
  addAggregator(input: { id: string }): Promise<PlannedJob | null>;
}

export function createDispatchPlanActivities(ports: ActivityPorts): DispatchPlanActivities {
  const { jobs } = ports.store;
  return {
    async nextTurn({ id, jobIds }) {
      const plan = await readPlan<DialoguePlan>(ports, id);
      if (plan === null) return null;
      const replies = await Promise.all(
        jobIds.map(async (jobId) => answerOf(await jobs.get(jobId), plan.responder)),
      );
      const step = replayDialogue(plan, replies);
      if (step.kind === 'ended') return null;
      const { request, sessionId } = dialogueRequest(step.state);
      const jobId = derivedId(`${id}/${jobIds.length}`);
      return keep(ports, {
        ...{ jobId, mode: 'dialogue', request, parentId: id, origin: plan.origin, now: Date.now() },
        spec: plan.specs[step.state.next],
        sessionId: sessionId ?? randomUUID(),
        resume: sessionId !== null,
      });
    },
    async addAggregator({ id }) {
      const plan = await readPlan<ParallelPlan>(ports, id);
      const aggregate = plan?.aggregate ?? null;
      if (plan === null || aggregate === null) return null;
      const { items, origin } = plan;
      const results = await Promise.all(
        items.map(
          async ({ jobId, cached }) =>
            cached ?? answerOf(jobId === null ? null : await jobs.get(jobId), 'unknown'),
        ),
      );
      const jobId = derivedId(`${id}/aggregate`);
      return keep(ports, {
        ...{ jobId, mode: 'parallel', parentId: id, origin, now: Date.now(), resume: false },
        request: aggregatorRequest(aggregate.agent, results, aggregate.timeoutSeconds),
        spec: aggregate.spec,
        sessionId: randomUUID(),
      });
    },
  };
}

async function keep(ports: ActivityPorts, parts: Parameters<typeof newJob>[0]): Promise<PlannedJob> {
  const { job } = await ports.store.jobs.add(newJob(parts));
  return plannedJob(job);
}

/** Null = it lay about so long that it was forgotten; nobody can read what would come of it either. */
async function readPlan<Plan>({ store }: Pick<ActivityPorts, 'store'>, id: string): Promise<Plan | null> {
  const kept = await store.records.getKey(planKey(id));
  const text = kept === null ? null : await store.records.getText(kept.bodyHash);
  return text === null ? null : (JSON.parse(text) as Plan);
}

/** The same for the same place in the same plan: an activity that runs again finds the job it made, and makes no second. */
function derivedId(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

/** A job that was purged or never kept counts as a failed one. */
const answerOf = (job: Job | null, agent: string): DispatchResult =>
  job === null ? refusal(agent, 'cli_error', 'Its job is gone from the store.') : resultOf(job);

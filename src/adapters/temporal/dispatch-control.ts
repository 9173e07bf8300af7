import {
  type Client,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import {
  dialogueWorkflowId,
  dispatchQueue,
  dispatchWorkflowId,
  type ProjectName,
  parallelWorkflowId,
  sessionWorkflowId,
} from '../../core/ids.ts';
import { staticSummary } from '../../core/policy/details.ts';
import { plannedJob } from '../../core/policy/dispatch/new-job.ts';
import { startTagged } from '../../core/policy/missing-attributes.ts';
import type { DispatchControl } from '../../core/ports/dispatch-control.ts';
import type { PlannedJob } from '../../core/schema/dispatch-flow.ts';
import type { Job } from '../../core/schema/job.ts';
import type { dialogueWorkflow } from '../../workflows/dialogue.ts';
import type { dispatchWorkflow } from '../../workflows/dispatch.ts';
import { cancelTaskSignal, turnSignal } from '../../workflows/messages.ts';
import type { parallelWorkflow } from '../../workflows/parallel.ts';
import { jobTags, projectKey, surfaceKey } from '../../workflows/search-attributes.ts';
import type { sessionWorkflow } from '../../workflows/session.ts';
import { isWorkflowOpen } from './task-starter.ts';

/** Starts the workflows of dispatches; the Workflow Id makes every repetition harmless. */
export function createDispatchControl(client: Client, project: ProjectName): DispatchControl {
  const begin = starts(client, project);
  return { ...begin, ...ends(client, project), takeUp };

  async function takeUp(job: Job): Promise<boolean> {
    const { status, mode, parentId } = job;
    if (mode === 'session' && status === 'pending') {
      await begin.startTurn(plannedJob(job));
      return true;
    }
    const turn = status === 'running' ? 'continue' : 'as-asked';
    return parentId === null && begin.start(plannedJob(job), { turn });
  }
}

type Starts = Pick<DispatchControl, 'start' | 'startTurn' | 'startDialogue' | 'startParallel'>;

function starts(client: Client, project: ProjectName): Starts {
  const common = {
    taskQueue: dispatchQueue(project),
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
  } as const;
  // What ended has its answer in the store: the same job is never run twice.
  const once = { ...common, workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE } as const;
  const parentTags = [
    { key: projectKey, value: project },
    { key: surfaceKey, value: 'dispatch' },
  ];
  const start = (type: string, tags: typeof parentTags, options: Omit<WorkflowStartOptions, 'taskQueue'>) =>
    startTagged(tags, (typedSearchAttributes) =>
      client.workflow.start(type, { ...once, ...options, typedSearchAttributes } as WorkflowStartOptions),
    ).then(() => true, isStarted);

  return {
    async start(job, { turn } = { turn: 'as-asked' }) {
      return start('dispatchWorkflow', jobTags(project, job), {
        workflowId: dispatchWorkflowId(project, job.jobId),
        args: [{ project, jobId: job.jobId, turn }] satisfies Parameters<typeof dispatchWorkflow>,
        staticSummary: summaryOf(job),
      });
    },
    async startTurn(job) {
      const { sessionId } = job;
      await startTagged(parentTags, (typedSearchAttributes) =>
        client.workflow.signalWithStart<typeof sessionWorkflow, [PlannedJob]>('sessionWorkflow', {
          ...common,
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
          workflowId: sessionWorkflowId(project, sessionId),
          args: [{ project, sessionId }],
          signal: turnSignal,
          signalArgs: [job],
          staticSummary: summaryOf(job),
          typedSearchAttributes,
        }),
      );
    },
    async startDialogue({ id, title }) {
      await start('dialogueWorkflow', parentTags, {
        workflowId: dialogueWorkflowId(project, id),
        args: [{ project, id }] satisfies Parameters<typeof dialogueWorkflow>,
        staticSummary: staticSummary(title),
      });
    },
    async startParallel({ id, jobs, aggregate }) {
      await start('parallelWorkflow', parentTags, {
        workflowId: parallelWorkflowId(project, id),
        args: [{ project, id, jobs, aggregate }] satisfies Parameters<typeof parallelWorkflow>,
        staticSummary: staticSummary(`${jobs.length} agents side by side`),
      });
    },
  };
}

function ends(client: Client, project: ProjectName): Omit<DispatchControl, keyof Starts | 'takeUp'> {
  return {
    isPlanOpen: (kind, id) =>
      isWorkflowOpen(
        client,
        kind === 'dialogue' ? dialogueWorkflowId(project, id) : parallelWorkflowId(project, id),
      ),
    async cancel(jobId, cancel) {
      try {
        await client.workflow.getHandle(dispatchWorkflowId(project, jobId)).signal(cancelTaskSignal, cancel);
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
    async isCarriedOn({ jobId, status, parentId }) {
      const ids = [dispatchWorkflowId(project, jobId)];
      // That its conversation is open does not say that it was told of this turn; told again, it does nothing twice.
      if (status === 'pending' && parentId !== null)
        ids.push(dialogueWorkflowId(project, parentId), parallelWorkflowId(project, parentId));
      for (const id of ids) if (await isWorkflowOpen(client, id)) return true;
      return false;
    },
  };
}

const summaryOf = ({ agent, title }: PlannedJob): string => staticSummary(`${agent}: ${title}`);

function isStarted(error: unknown): false {
  if (error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError') return false;
  throw error;
}

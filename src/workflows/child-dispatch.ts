import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  ParentClosePolicy,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { dispatchWorkflowId } from '../core/ids.ts';
import { staticSummary } from '../core/policy/details.ts';
import { lookAgainMs } from '../core/policy/dispatch/look-again.ts';
import type { PlannedJob } from '../core/schema/dispatch-flow.ts';
import type { dispatchWorkflow } from './dispatch.ts';
import { dispatches } from './dispatch-activities.ts';
import { jobTags, projectKey } from './search-attributes.ts';

/** Runs a kept job as a child; ends when the job has, whatever came of it. A cancelled parent cancels its children. */
export async function runJob(
  project: string,
  job: PlannedJob,
  policy: ParentClosePolicy = ParentClosePolicy.REQUEST_CANCEL,
): Promise<void> {
  const { jobId, agent, title } = job;
  try {
    await executeChild<typeof dispatchWorkflow>('dispatchWorkflow', {
      workflowId: dispatchWorkflowId(project, jobId),
      args: [{ project, jobId }],
      parentClosePolicy: policy,
      staticSummary: staticSummary(`${agent}: ${title}`),
      ...tagsOf(project, job),
    });
  } catch (error) {
    // A restarted worker took the job up by itself.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return untilOver(jobId);
    const isCancelled = CancellationScope.current().consideredCancelled;
    if (!(error instanceof ChildWorkflowFailure) || isCancelled) throw error;
    // Somebody ended it by hand. That is the end of this job and takes no other with it.
    await dispatches.settleDispatch({ jobId, runId: null, attempt: 0, end: { kind: 'abandoned' } });
  }
}

async function untilOver(jobId: string): Promise<void> {
  for (let waitedMs = 0; !(await dispatches.isJobOver({ jobId })); ) {
    const ms = lookAgainMs(waitedMs);
    await sleep(ms);
    waitedMs += ms;
  }
}

/** A namespace that lacks our attributes gave the parent none and would refuse them now. */
function tagsOf(project: string, job: PlannedJob) {
  const known = workflowInfo().typedSearchAttributes.get(projectKey) !== undefined;
  return known ? { typedSearchAttributes: jobTags(project, job) } : {};
}

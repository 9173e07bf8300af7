import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { dispatchQueue, type ProjectName, type TaskId, taskWorkflowId } from '../../core/ids.ts';
import { staticSummary } from '../../core/policy/details.ts';
import { startTagged } from '../../core/policy/missing-attributes.ts';
import type { TaskStarter } from '../../core/ports/task-starter.ts';
import { recheckSignal } from '../../workflows/messages.ts';
import {
  agentKey,
  dispatchStateKey,
  projectKey,
  queueKey,
  surfaceKey,
  taskIdKey,
} from '../../workflows/search-attributes.ts';
import type { taskWorkflow } from '../../workflows/task.ts';

/** Starts task workflows; the Workflow Id makes every race harmless (design: start). */
export function createTaskStarter(
  client: Client,
  { project, remoteBoard }: { readonly project: ProjectName; readonly remoteBoard: boolean },
): TaskStarter {
  return {
    async start({ taskId, name, queueName, agent, order }) {
      const input = { project, taskId, order, ...(remoteBoard ? { remoteBoard } : {}) };
      const tags = [
        { key: projectKey, value: project },
        { key: surfaceKey, value: 'route' },
        { key: taskIdKey, value: taskId },
        { key: queueKey, value: queueName },
        { key: agentKey, value: agent },
        { key: dispatchStateKey, value: 'open' },
      ];
      const options = {
        workflowId: taskWorkflowId(project, taskId),
        taskQueue: dispatchQueue(project),
        args: [input] as [typeof input],
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        staticSummary: staticSummary(`${queueName}: ${name}`),
      };
      await startTagged(tags, (typedSearchAttributes) =>
        startOrRecheck(client, { ...options, typedSearchAttributes }),
      );
    },
    async recheck(taskId) {
      try {
        await client.workflow.getHandle(taskWorkflowId(project, taskId)).signal(recheckSignal);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
    isOpen: (taskId: TaskId) => isWorkflowOpen(client, taskWorkflowId(project, taskId)),
  };
}

type Start = WorkflowStartOptions<typeof taskWorkflow>;

/** One that runs is asked to look at the board again; should it end in between, another one is started. */
async function startOrRecheck(client: Client, options: Start): Promise<void> {
  const { FAIL, USE_EXISTING } = WorkflowIdConflictPolicy;
  try {
    await client.workflow.start('taskWorkflow', { ...options, workflowIdConflictPolicy: FAIL });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    await client.workflow.signalWithStart<typeof taskWorkflow, []>('taskWorkflow', {
      ...options,
      signal: recheckSignal,
      workflowIdConflictPolicy: USE_EXISTING,
    });
  }
}

/** Asks the server; a workflow nobody knows is not open. */
export async function isWorkflowOpen(client: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

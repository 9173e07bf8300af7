import { AppError } from '../core/errors.ts';
import { dispatchWorkflowId, taskWorkflowId } from '../core/ids.ts';
import type { Control } from '../core/ports/control.ts';
import { answeredSignal, cancelTaskSignal, retryNowSignal } from '../workflows/messages.ts';
import { createCommandRunner } from './command-runner.ts';
import { type Guarded, isNotFound } from './server-errors.ts';
import type { TemporalControlConfig } from './temporal-control.ts';

/** What a person may do about one task while or after it runs. */
export function createTaskControl(
  config: TemporalControlConfig,
  guarded: Guarded,
): Pick<Control, 'cancelTask' | 'retryTask' | 'tellAnswered'> {
  const { project, store, board, routes } = config;
  const command = createCommandRunner({ ...config, guarded });
  const signalled = (taskId: string, send: (handle: Handle) => Promise<void>) =>
    sent(taskWorkflowId(project, taskId), send);
  const sent = (workflowId: string, send: (handle: Handle) => Promise<void>) =>
    guarded(async (client) => {
      try {
        await send(client.workflow.getHandle(workflowId));
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    });

  return {
    async cancelTask(taskId, { reason }, caller) {
      const [run] = await store.projection.listRuns({ taskId, status: 'running', limit: 1 });
      const request = { by: caller.actor, reason, hostId: run?.hostId ?? null };
      const sent = await signalled(taskId, (handle) => handle.signal(cancelTaskSignal, request));
      if (!sent) throw new AppError('run-not-found', `nothing of task ${taskId} runs or waits`);
      return { runId: run?.runId ?? null };
    },
    async tellAnswered({ taskId, jobId }) {
      if (jobId !== null)
        return sent(dispatchWorkflowId(project, jobId), (handle) => handle.signal(answeredSignal));
      return taskId !== null && signalled(taskId, (handle) => handle.signal(answeredSignal));
    },
    async retryTask(taskId, caller, to = null) {
      const task = await board.getTask(taskId);
      const state = await store.records.getTaskState(taskId);
      if (
        state?.status === 'retrying' &&
        (to === null || to === task.queueName) &&
        (await signalled(taskId, (handle) => handle.signal(retryNowSignal)))
      ) {
        return { queueName: task.queueName };
      }
      if (state?.status === 'claimed' || state?.status === 'running') {
        throw new AppError('conflict', `task ${taskId} is being worked on`, {
          hint: `stop it first: dispatch task cancel ${taskId}`,
        });
      }
      const target = to ?? state?.sourceQueue ?? (await routes.find(task.queueName))?.queueName ?? null;
      if (target === null) {
        throw new AppError('conflict', `task ${taskId} never ran, so it has no queue to go back to`, {
          hint: 'move it into a watched queue instead: dispatch task move',
        });
      }
      const fresh = { status: 'waiting', retryCount: 0, lostCount: 0, anomaly: null } as const;
      await store.records.putTaskState(taskId, fresh, { ...caller, detail: { step: 'retry-task' } });
      await command({ operation: 'move-task', taskId, targetQueue: target }, caller, null);
      return { queueName: target };
    },
  };
}

type Handle = ReturnType<import('@temporalio/client').Client['workflow']['getHandle']>;

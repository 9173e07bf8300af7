import { LIST_PAGE_MAX } from '../core/limits.ts';
import { type PreviousAttempt, rolePrompt } from '../core/policy/roles/prompt.ts';
import type { Task } from '../core/schema/task.ts';
import type { ActivityPorts } from './ports.ts';

/** The message a role gets for a task of its own queue (R-PROD-037). */
export async function rolePromptOf(ports: ActivityPorts, role: string, task: Task): Promise<string> {
  const { project, projectTitle = project } = ports.settings();
  return rolePrompt({
    ...{ role, project: projectTitle, taskId: task.id, title: task.name, description: task.description },
    sprintId: task.ledger?.sprintId ?? null,
    payload: task.ledger?.payload ?? {},
    previous: await previousAttempt(ports, task.id),
  });
}

/** What the last failed try came to; a lost or stopped one says nothing about the work (R-PROD-041). */
async function previousAttempt({ store }: ActivityPorts, taskId: string): Promise<PreviousAttempt | null> {
  const state = await store.records.getTaskState(taskId);
  if (state === null || state.retryCount === 0 || state.lastReason === null) return null;
  const runs = await store.projection.listRuns({ taskId, status: 'finished', limit: LIST_PAGE_MAX });
  const failed = runs.find(({ outcome }) => outcome === 'failed' || outcome === 'timed_out');
  if (failed === undefined) return { reason: state.lastReason, tail: '' };
  const answer = await store.projection.getRunAnswer(failed.runId);
  return { reason: failed.reason ?? state.lastReason, tail: answer?.text || failed.tail };
}

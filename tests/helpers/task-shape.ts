import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { taskWorkflowId } from '../../src/core/ids.ts';
import { type TestProject, until } from './project.ts';

/** Queues with these tasks to do. */
export const queues = (...ids: string[]) => ({
  Todo: ids.map((id) => ({ id, name: `task ${id}` })),
  'In Progress': [],
  Review: [],
  Done: [],
  Failed: [],
});
/** A route on Todo that puts finished tasks into Done. */
export const todo = (agent: string, more: Record<string, unknown> = {}) => [
  { queue_name: 'Todo', agent, completed_queue: 'Done', ...more },
];
/** Runs until the test opens the gate. */
export const GATED = 'while [ ! -e open ]; do sleep 0.05; done';
export const openGate = ({ dir }: TestProject) => writeFileSync(join(dir, 'open'), '');

export const workflowOf = ({ project }: TestProject, taskId: string) => ({
  workflowId: taskWorkflowId(project.settings().project, taskId),
});
/** What the task's workflow answered when it ended, over all its Workflow Runs. */
export async function endOf(p: TestProject, taskId: string): Promise<unknown> {
  const handle = (await p.project.client()).workflow.getHandle(workflowOf(p, taskId).workflowId);
  await until(`task ${taskId} is started`, () => handle.describe().catch(() => null));
  return handle.result();
}
/** The run of this task, once its process is there. */
export const running = (p: TestProject, taskId: string) =>
  until(`task ${taskId} runs`, async () => {
    const [run] = await p.project.context.store.projection.listRuns({ taskId, status: 'running', limit: 1 });
    return run?.pid !== null && run;
  });

/** Waits until the store says that the task waits for this reason. */
export const waitingFor = (p: TestProject, taskId: string, code: string) =>
  until(`task ${taskId} waits: ${code}`, async () => {
    const state = await p.project.context.store.records.getTaskState(taskId);
    return state?.blockedCode === code;
  });

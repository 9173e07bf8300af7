import { messageOf } from '../core/errors.ts';
import { LIST_PAGE_MAX } from '../core/limits.ts';
import type { TaskStarter } from '../core/ports/task-starter.ts';
import type { TaskState } from '../core/schema/run-record.ts';
import { type TakeBackPorts, takeBack } from './take-back.ts';

export interface TellAnswersPorts extends TakeBackPorts {
  readonly starter: Pick<TaskStarter, 'isOpen' | 'recheck'>;
}

/**
 * Tasks that wait for an answer they have got, or that nobody needs any more: whoever answered may have died before it
 * told them, and their workflows may have been lost with the server's state (R-SYS-026).
 */
export async function tellAnswers(ports: TellAnswersPorts): Promise<void> {
  const { store, log } = ports;
  for (const state of await store.records.listTaskStates({ status: ['asking'], limit: LIST_PAGE_MAX })) {
    await tell(ports, state).catch((error: unknown) => {
      log.warn({ taskId: state.taskId, error: messageOf(error) }, 'answer not told');
    });
  }
}

async function tell(
  ports: TellAnswersPorts,
  { taskId, inProgressQueue, sourceQueue }: TaskState,
): Promise<void> {
  const { store, starter } = ports;
  const pending = await store.questions.pending(taskId);
  if (pending.some(({ status }) => status === 'open')) return;
  if (await starter.isOpen(taskId)) await starter.recheck(taskId);
  else await takeBack(ports, taskId, inProgressQueue, sourceQueue);
}

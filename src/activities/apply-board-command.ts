import { AppError, assertNever, type ErrorCode } from '../core/errors.ts';
import type { Board } from '../core/ports/board.ts';
import type { BoardCommand } from '../core/ports/control.ts';
import type { QueueSummary } from '../core/schema/task.ts';
import type { ActivityPorts } from './ports.ts';

/** One board write with its idempotency key; the answer is what the surface shows. */
export async function applyBoardCommand(
  { board, store }: ActivityPorts,
  key: string,
  command: BoardCommand,
): Promise<unknown> {
  // A write that is not its own repetition (rename, delete) must know whether it may have been done already.
  const again = (await store.records.beginEffect(`command/${key}`)) !== 'new';
  switch (command.operation) {
    case 'add-comment':
      await board.addComment(command.taskId, command.text, {
        key,
        ...(command.author === undefined ? {} : { author: command.author }),
      });
      return board.getTask(command.taskId);
    case 'move-task':
      await board.moveTask(command.taskId, command.targetQueue);
      return board.getTask(command.taskId);
    case 'update-task':
      return board.updateTask(command.taskId, command.patch);
    case 'create-task':
      return board.createTask(command.queueName, command.name, command.description, {
        key,
        ...(command.labels === undefined ? {} : { labels: command.labels }),
        ...(command.assignees === undefined ? {} : { assignees: command.assignees }),
      });
    case 'create-queue':
      return unlessDone(
        again,
        'already-exists',
        () => board.createQueue(command.name),
        () => summary(board, command.name),
      );
    case 'rename-queue': {
      const { name, newName } = command;
      const rename = () => board.updateQueue(name, { newName });
      return unlessDone(again, 'queue-not-found', rename, () => summary(board, newName));
    }
    case 'delete-queue':
      return unlessDone(
        again,
        'queue-not-found',
        () => deleteQueue(board, command.name, command.moveTo),
        async () => null,
      );
    default:
      return assertNever(command);
  }
}

/** A repeated write that fails only because its first try went through is answered as done. */
async function unlessDone<T>(
  again: boolean,
  sign: ErrorCode,
  write: () => Promise<T>,
  answer: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!again || !(error instanceof AppError) || error.code !== sign) throw error;
    return answer();
  }
}

async function summary(board: Board, queueName: string): Promise<QueueSummary> {
  const { name, taskCount } = await board.getQueue(queueName);
  return { name, taskCount };
}

async function deleteQueue(board: Board, name: string, moveTo: string | undefined): Promise<null> {
  if (moveTo !== undefined) {
    for (const { id } of (await board.getQueue(name)).tasks) await board.moveTask(id, moveTo);
  }
  await board.deleteQueue(name);
  return null;
}

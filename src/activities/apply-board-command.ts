import { AppError, assertNever, type ErrorCode } from '../core/errors.ts';
import type { Board } from '../core/ports/board.ts';
import type { BoardCommand } from '../core/ports/control.ts';
import type { LedgerBook } from '../core/ports/ledger-book.ts';
import type { QueueSummary, Task } from '../core/schema/task.ts';
import { commentOnce } from './comment-once.ts';
import type { ActivityPorts } from './ports.ts';

type Ports = Pick<ActivityPorts, 'board' | 'store' | 'routes'>;

/** One board write with its idempotency key; the answer is what the surface shows. */
export async function applyBoardCommand(ports: Ports, key: string, command: BoardCommand): Promise<unknown> {
  const { board, store, routes } = ports;
  // A write that is not its own repetition (rename, delete) must know whether it may have been done already.
  const again = (await store.records.beginEffect(`command/${key}`)) !== 'new';
  switch (command.operation) {
    case 'add-comment':
      await commentOnce({ board, records: store.records }, { key, ...command });
      return board.getTask(command.taskId);
    case 'move-task':
      await board.moveTask(command.taskId, command.targetQueue, command.note);
      return board.getTask(command.taskId);
    case 'update-task':
      return board.updateTask(command.taskId, command.patch);
    case 'create-task':
      return createTask(ports, key, command, again);
    case 'record-decision':
      return bookOf(board).recordDecision(command.decision, { key });
    case 'record-asset':
      return bookOf(board).recordAsset(command.asset, { key });
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
      const renamed = await unlessDone(again, 'queue-not-found', rename, () => summary(board, newName));
      await routes.renameQueue(name, newName);
      return renamed;
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

function bookOf({ book }: Board): LedgerBook {
  if (book === undefined) throw new AppError('invalid-config', 'board: only a ledger keeps this');
  return book;
}

type CreateTask = Extract<BoardCommand, { operation: 'create-task' }>;

async function createTask(
  { board, store }: Ports,
  key: string,
  { queueName, name, description, labels, assignees, parentTaskId, ledger }: CreateTask,
  again: boolean,
): Promise<Task> {
  const made = again && board.remembersKeys !== true ? await findMade(board, queueName, name) : null;
  const extras = {
    key,
    ...(labels === undefined ? {} : { labels }),
    ...(assignees === undefined ? {} : { assignees }),
    ...(ledger === undefined ? {} : { ledger }),
  };
  const task = made ?? (await board.createTask(queueName, name, description, extras));
  if (parentTaskId !== undefined && !again) {
    // Work that an agent files can be traced to the task it was filed from (R-ART-099).
    const data = { code: 'created', parent_task_id: parentTaskId };
    await store.projection.appendEvents([
      { task_id: task.id, run_id: null, attempt: 0, type: 'system', data },
    ]);
  }
  return task;
}

/** On a board that remembers no keys: the task of that name the first try may have made. */
async function findMade(board: Board, queueName: string, name: string): Promise<Task | null> {
  const found = (await board.getQueue(queueName)).tasks.findLast((task) => task.name === name);
  return found === undefined ? null : board.getTask(found.id);
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

import { AppError, type ErrorCode, isErrorCode, messageOf } from '../core/errors.ts';
import type { BoardMethod } from './foreign-methods.ts';
import { bagOf } from './foreign-values.ts';

/** What a 404 of each method is about. */
const ABOUT_QUEUES: ReadonlySet<BoardMethod> = new Set([
  'createTask',
  'getQueue',
  'createQueue',
  'updateQueue',
  'deleteQueue',
]);

/**
 * What a foreign board threw, as one of our errors: its own `code` when it is one of ours, an HTTP status, or its
 * words. Anything else is `board-unavailable`, which is tried again.
 */
export function asBoardError(error: unknown, method: BoardMethod, name: string): AppError {
  if (error instanceof AppError) return error;
  const message = `queue_backend: ${name}: ${messageOf(error)}`;
  return new AppError(codeOf(error, method), message, { cause: error });
}

function codeOf(error: unknown, method: BoardMethod): ErrorCode {
  const bag = bagOf(error) ?? {};
  if (typeof bag.code === 'string' && isErrorCode(bag.code)) return bag.code;
  const status = Number(bag.status ?? bag.statusCode ?? 0);
  const words = messageOf(error);
  if (status === 404 || /\b(not found|no such|unknown (task|queue)|does not exist)\b/i.test(words)) {
    const queue = ABOUT_QUEUES.has(method) || /\bqueue\b/i.test(words);
    return queue ? 'queue-not-found' : 'task-not-found';
  }
  if (/\bnot empty\b/i.test(words)) return 'queue-not-empty';
  if (/\balready exists\b/i.test(words)) return 'already-exists';
  if (status === 409) return method === 'deleteQueue' ? 'queue-not-empty' : 'already-exists';
  if (status === 400 || status === 422) return 'invalid-input';
  return 'board-unavailable';
}

import { nearest } from '../adapters/config/suggest.ts';
import { AppError, messageOf } from '../core/errors.ts';
import type { Board } from '../core/ports/board.ts';
import { createForeignBoard } from './foreign-board.ts';
import {
  BOARD_METHODS,
  type BoardMethod,
  type ForeignBoard,
  methodOf,
  snakeName,
} from './foreign-methods.ts';

/** Something that makes the board when the dispatcher starts (R-ART-009). */
export type BackendFactory =
  | { createAdapter(): Board | ForeignBoard | Promise<Board | ForeignBoard> }
  | { create_adapter(): Board | ForeignBoard | Promise<Board | ForeignBoard> };

/** What `queue_backend` takes: a board, an object with the eleven methods in snake_case, or a factory of either. */
export type QueueBackend = Board | ForeignBoard | BackendFactory;

/**
 * The board behind a `queue_backend`. A factory is asked once, now, so that credentials are looked up at run time
 * (R-ART-009, R-ART-010). Throws `invalid-config` naming what is missing.
 */
export async function boardOf(backend: QueueBackend | null | undefined): Promise<Board> {
  if (backend === null || backend === undefined) throw noBackend();
  const factory = methodOf(backend, 'createAdapter') ?? methodOf(backend, 'create_adapter');
  if (factory === null) return asBoard(backend, 'queue_backend');
  return asBoard(await made(factory), 'what create_adapter() of queue_backend returned');
}

async function made(factory: (...values: unknown[]) => unknown): Promise<unknown> {
  try {
    return await factory();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('board-unavailable', `queue_backend: create_adapter() failed: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** An object in camelCase is taken at its word; one in snake_case is read tolerantly. */
function asBoard(value: unknown, what: string): Board {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    throw new AppError(
      'invalid-config',
      `${what} is ${value === null ? 'null' : `a ${typeof value}`}, not a board`,
      {
        hint: "for example queue_backend: new JsonFileAdapter('board.json')",
      },
    );
  }
  const has = (name: string) => methodOf(value, name) !== null;
  if (BOARD_METHODS.every((name) => has(name))) return value as Board;
  const missing = BOARD_METHODS.filter((name) => !has(name) && !has(snakeName(name)));
  if (missing.length > 0) throw incomplete(value, what, missing);
  return createForeignBoard(value as ForeignBoard);
}

function noBackend(): AppError {
  return new AppError('invalid-config', 'queue_backend is missing: there is no board to take tasks from', {
    hint: "new AgentDispatcher({ queue_backend: new JsonFileAdapter('board.json'), … })",
    details: { field: 'queue_backend' },
  });
}

function incomplete(value: object, what: string, missing: readonly BoardMethod[]): AppError {
  const names = missing.map(snakeName);
  const own = functionNames(value);
  const meant = missing.flatMap((name) => {
    const near = nearest(snakeName(name), own);
    return near === undefined ? [] : [`${near} → ${snakeName(name)}`];
  });
  return new AppError('invalid-config', `${what} is not a board: it has no ${names.join(', no ')}`, {
    hint:
      meant.length > 0
        ? `did you mean: ${meant.join(', ')}?`
        : 'docs/adding-a-board.md lists the eleven methods',
    details: { field: 'queue_backend', missing: names },
  });
}

function functionNames(value: object): string[] {
  const names: string[] = [];
  for (
    let level = value;
    level !== null && level !== Object.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    names.push(...Object.getOwnPropertyNames(level).filter((name) => methodOf(value, name) !== null));
  }
  return names;
}

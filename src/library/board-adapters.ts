import { resolve } from 'node:path';
import { createJsonBoard, type JsonBoard } from '../adapters/boards/json-board.ts';
import { createMemoryBoard, type InitialQueues } from '../adapters/boards/memory-board.ts';
import type { Board } from '../core/ports/board.ts';

/** What a {@link JsonFileAdapter} may be told beside its path. */
export interface JsonFileOptions {
  /** Added to the assignees of a task on pick-up (R-ART-032). */
  readonly assignee?: string;
  /** Ids of new tasks: the smallest unused positive integer (default), or a ULID. */
  readonly idStyle?: 'number' | 'ulid';
}

/** A board file: a board to read and write by itself, and one the dispatcher opens anew for each start. */
export interface JsonFileBackend extends JsonBoard {
  createAdapter(): JsonBoard;
}

/** With or without `new`. */
export interface JsonFileAdapterType {
  new (path: string, options?: JsonFileOptions): JsonFileBackend;
  (path: string, options?: JsonFileOptions): JsonFileBackend;
}

function jsonFileBackend(path: string, options: JsonFileOptions = {}): JsonFileBackend {
  // Where the script stands when it names the file is what it means, even if it changes folders later.
  const absolute = resolve(path);
  const open = () => createJsonBoard({ path: absolute, ...options });
  return { ...open(), createAdapter: open };
}

/**
 * The JSON-file board of R-ART-014 and R-ART-113: `new JsonFileAdapter('board.json')`. The file is created when
 * missing, nothing is touched before the first use.
 */
export const JsonFileAdapter = function JsonFileAdapter(path: string, options?: JsonFileOptions) {
  return jsonFileBackend(path, options);
} as unknown as JsonFileAdapterType;

/** With or without `new`. */
export interface MemoryAdapterType {
  new (queues?: InitialQueues): Board;
  (queues?: InitialQueues): Board;
}

/** A board in memory, for tests and trials: `new MemoryAdapter({ Todo: [{ id: '1', name: 'Try it' }] })`. */
export const MemoryAdapter = function MemoryAdapter(queues?: InitialQueues) {
  return createMemoryBoard(queues);
} as unknown as MemoryAdapterType;

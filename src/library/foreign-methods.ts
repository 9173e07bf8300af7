import type { WriteMark } from '../core/ports/board.ts';

/** The seeds' eleven methods under our names (R-ART-111). */
export const BOARD_METHODS = [
  'getReadyTasks',
  'getTask',
  'moveTask',
  'addComment',
  'updateTask',
  'createTask',
  'listQueues',
  'getQueue',
  'createQueue',
  'updateQueue',
  'deleteQueue',
] as const;
export type BoardMethod = (typeof BOARD_METHODS)[number];

/** The protocol of the replaced tool as an object: sync or async, with whatever it returns (R-ART-111, R-ART-112). */
export interface ForeignBoard {
  get_ready_tasks(queue_names: readonly string[]): unknown;
  get_task(task_id: string): unknown;
  move_task(task_id: string, target_queue: string): unknown;
  /** The third one, who wrote it and a key that is the same when it is sent again, may be ignored. */
  add_comment(task_id: string, text: string, mark?: WriteMark): unknown;
  update_task(task_id: string, fields: Readonly<Record<string, unknown>>): unknown;
  create_task(queue_name: string, name: string, description: string): unknown;
  list_queues(): unknown;
  get_queue(queue_name: string): unknown;
  create_queue(queue_name: string): unknown;
  update_queue(queue_name: string, change: { readonly new_name: string }): unknown;
  delete_queue(queue_name: string): unknown;
}

/** `getReadyTasks` → `get_ready_tasks`. */
export const snakeName = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A method bound to its object, or null when there is none; methods of classes and proxies count. */
export function methodOf(object: object, name: string): ((...values: unknown[]) => unknown) | null {
  const value = (object as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'function' ? (value.bind(object) as (...values: unknown[]) => unknown) : null;
}

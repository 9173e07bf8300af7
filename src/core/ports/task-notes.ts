import type { TaskId } from '../ids.ts';

/** A word of a person to the next run of a task. */
export interface TaskNote {
  readonly by: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What people tell the next runs of tasks; durable, each told to one run that came to an end of its own (R-PROD-067). */
export interface TaskNotes {
  add(taskId: TaskId, note: TaskNote): Promise<void>;
  /** Those no run has heard, oldest first. */
  untold(taskId: TaskId): Promise<readonly TaskNote[]>;
  /** They were heard: all that were added until then. */
  noteTold(taskId: TaskId, until: number): Promise<void>;
}

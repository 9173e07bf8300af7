import type { TaskId } from '../ids.ts';

/** A ready task as its workflow is started: ids and what the Web UI shows. */
export interface TaskStart {
  readonly taskId: TaskId;
  readonly name: string;
  readonly queueName: string;
  readonly agent: string;
  /** Place in board order. */
  readonly order: number;
}

/** Starts a task's workflow, or asks the one that runs to look at the board again. */
export interface TaskStarter {
  start(start: TaskStart): Promise<void>;
  /** Asks the one that runs, if there is one, to look at the board again. */
  recheck(taskId: TaskId): Promise<void>;
  isOpen(taskId: TaskId): Promise<boolean>;
}

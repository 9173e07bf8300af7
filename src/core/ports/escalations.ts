import type { TaskId } from '../ids.ts';

/** What a person is told of a task that agents could not finish (R-PROD-066). Times are ISO 8601 in UTC. */
export interface Escalation {
  readonly taskId: TaskId;
  readonly title: string;
  readonly agent: string;
  readonly sprint: string | null;
  readonly reason: string;
  readonly at: string;
  readonly description: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The runs, oldest first. */
  readonly attempts: readonly {
    readonly attempt: number;
    readonly agent: string;
    readonly startedAt: string;
    readonly endedAt: string | null;
    readonly outcome: string;
    readonly reason: string | null;
  }[];
  /** The last of what the last run printed. */
  readonly tail: string;
  readonly decisions: readonly {
    readonly madeAt: string;
    readonly agent: string;
    readonly kind: string;
    readonly decision: string;
    readonly rationale: string;
  }[];
  /** Where it may be sent instead. */
  readonly otherAgents: readonly string[];
}

/** How a person resolved one. */
export interface Resolution {
  readonly taskId: TaskId;
  readonly at: string;
  readonly by: string;
  /** `requeued`, `rerouted to qa`, `killed`. */
  readonly action: string;
  readonly note: string | null;
}

/** The open cases of a project, one for each task at most, where people look for them. */
export interface Escalations {
  /** Writes, or writes anew, the case of a task; answers where it lies. Null: this project keeps none. */
  write(escalation: Escalation): Promise<string | null>;
  /** The open case of a task as it lies there. Null: there is none. */
  read(taskId: TaskId): Promise<{ readonly path: string; readonly text: string } | null>;
  /** Adds how it was resolved and puts it away; answers where it lies now. Null: there was none. */
  resolve(resolution: Resolution): Promise<string | null>;
}

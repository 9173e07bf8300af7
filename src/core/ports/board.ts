import type { RunId, TaskId } from '../ids.ts';
import type { QueueDetail, QueueSummary, ReadyTask, Task } from '../schema/task.ts';
import type { LedgerBook } from './ledger-book.ts';
import type { LedgerJournal } from './ledger-journal.ts';
import type { LedgerPage } from './ledger-page.ts';

/** Fields a PATCH may change; arrays replace (R-ART-098). */
export interface TaskPatch {
  readonly name?: string;
  readonly description?: string;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
}

/** Marks a write so that its repetition has no second effect, where the board can tell. */
export interface WriteMark {
  /** Unique per intended effect; a write with a key already seen on that task is answered, not done again. */
  readonly key?: string;
  readonly author?: string;
}

/** What a created task may carry beside queue, name and description (R-ART-099). */
export interface TaskExtras {
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
  /** For a board with room for it, a ledger; others leave it out. */
  readonly ledger?: LedgerExtras;
}

/** What a task of a ledger may carry (R-PROD-024). */
export interface LedgerExtras {
  /** 0 urgent … 5 someday; 3 when absent. */
  readonly priority?: number;
  readonly payload?: Readonly<Record<string, unknown>>;
  /** Tasks that must be done first; each must exist. */
  readonly dependencies?: readonly TaskId[];
  readonly sprintId?: string;
  /** The run whose agent files it; its task is the parent. Absent = a person or a program. */
  readonly filedBy?: { readonly runId: RunId; readonly taskId: TaskId; readonly agent: string };
  readonly parentTaskId?: TaskId;
  /** File it although the role is unknown. */
  readonly force?: boolean;
}

/** A compare-and-set pick-up. */
export interface ClaimRequest {
  readonly from: string;
  readonly to: string;
  /** Unique per agent run; a repeated claim with the same token succeeds again. */
  readonly token: string;
  /** Added once to the assignees when given (R-ART-032). */
  readonly assignee?: string;
}

/** A finished run as a board that keeps records of them is told, before the task is moved (R-PROD-040). */
export interface RunNote {
  readonly runId: RunId;
  readonly agent: string;
  readonly outcome: string;
  readonly step: 'done' | 'retry' | 'rerun' | 'return' | 'ask' | 'escalate' | 'leave' | 'cancelled';
  readonly reason: string | null;
  /** Failed runs of the task, this one included. */
  readonly retryCount: number;
  /** Booked micro-dollars. */
  readonly costMicroUsd: number;
  /** Booked beside that as spending of `producer`; absent = nothing (R-PROD-014). */
  readonly feeMicroUsd?: number;
  /** As the agent said. */
  readonly actualCostMicroUsd: number | null;
  /** Tokens × price. */
  readonly computedCostMicroUsd: number | null;
  readonly costUnknown: boolean;
  readonly authMode: string | null;
  readonly configIsolation: string | null;
  readonly outputRefs: readonly string[];
  readonly toolCalls: readonly { readonly name: string }[];
  /** The agent's answer. */
  readonly text: string;
  readonly sessionId: string | null;
  readonly turns: number | null;
  readonly durationMs: number;
  /** Its end, epoch milliseconds. */
  readonly at: number;
  /** The UTC day its cost counts for, as it is booked (R-PROD-052). */
  readonly day: string;
  /** What was sent to it (R-PROD-020). */
  readonly prompt?: {
    readonly system: string | null;
    readonly user: string;
    readonly tools: readonly string[] | null;
  } | null;
}

/** Why a task is moved, for a board that keeps that. */
export interface MoveNote {
  readonly reason?: string;
  /** Who moves it, where it is not the dispatcher. */
  readonly by?: string;
}

/** What a dispatcher shows of its own bookkeeping on a board that has room for it; never read back as truth. */
export interface TaskShadow {
  readonly retry_count?: number;
  readonly state?: string;
}

/**
 * A task board: the seeds' eleven methods (R-ART-111). Every method may throw `AppError` with
 * `task-not-found`, `queue-not-found`, `already-exists`, `queue-not-empty`, `board-broken` or
 * `board-unavailable`; only the last two are tried again.
 */
export interface Board {
  /**
   * Tasks of these queues, queue by queue in the given order, each in board order. Unknown queues are skipped. A board
   * with one order over several queues, a ledger over its roles, gives those together where the first of them stands.
   */
  getReadyTasks(queueNames: readonly string[]): Promise<readonly ReadyTask[]>;
  /** Capability: like `getReadyTasks`, with those that stand there and are not given out yet. */
  listTasks?(queueNames: readonly string[]): Promise<readonly ReadyTask[]>;
  getTask(taskId: TaskId): Promise<Task>;
  /** Moves to the end of the target queue; already there is a no-op. */
  moveTask(taskId: TaskId, targetQueue: string, note?: MoveNote): Promise<void>;
  addComment(taskId: TaskId, text: string, mark?: WriteMark): Promise<void>;
  updateTask(taskId: TaskId, patch: TaskPatch): Promise<Task>;
  createTask(
    queueName: string,
    name: string,
    description: string,
    extras?: TaskExtras & WriteMark,
  ): Promise<Task>;
  listQueues(): Promise<readonly QueueSummary[]>;
  getQueue(queueName: string): Promise<QueueDetail>;
  createQueue(queueName: string): Promise<QueueSummary>;
  updateQueue(queueName: string, change: { readonly newName: string }): Promise<QueueSummary>;
  deleteQueue(queueName: string): Promise<void>;

  /** Capability: atomic pick-up. False: the task is not in `from`, or another token holds it. */
  claim?(taskId: TaskId, request: ClaimRequest): Promise<boolean>;
  /** Capability: atomic conditional move. False: the task was not in `from`. */
  moveFrom?(taskId: TaskId, from: string, to: string, note?: MoveNote): Promise<boolean>;
  /** Capability: keeps the record of a finished run, once for each run; its effects show with the next move. */
  noteRun?(taskId: TaskId, note: RunNote): Promise<void>;
  /** Capability: shows the agent's budget of the day before anything of it is spent. */
  openBudget?(agent: string): Promise<void>;
  /** Capability: decisions and assets beside the tasks. */
  readonly book?: LedgerBook;
  /** Capability: its own trail, and what it says of a day. */
  readonly journal?: LedgerJournal;
  /** Capability: what a page over it shows. */
  readonly page?: LedgerPage;
  /** Capability: keep a visible copy of our bookkeeping in the task. */
  showShadow?(taskId: TaskId, shadow: TaskShadow): Promise<void>;
  /** Capability: calls back soon after anything on the board changed, whoever changed it. Returns the stop. */
  watch?(onChange: () => void): () => void;
  /** Capability: a page a person can open (R-ART-024). */
  taskUrl?(taskId: TaskId): string | null;
  /** Capability: the name of the authenticated user, used as assignee on pick-up. */
  currentUser?(): Promise<string | null>;
  /** True: a comment or creation repeated under its key is answered, not done again. */
  readonly remembersKeys?: boolean;
  /** True for a board behind a network; its writes run as regular activities. Absent = local. */
  readonly remote?: boolean;
  /** Frees watchers, locks and connections. */
  close?(): Promise<void>;
}

import type { HostId, RunId, TaskId } from '../ids.ts';
import type { GovernorState, Pause } from '../policy/governor/state.ts';
import type { CapTarget } from '../policy/money/money-state.ts';
import type { LedgerExtras, MoveNote } from './board.ts';
import type { AssetNote, DecisionNote } from './ledger-book.ts';

/** A board write that must happen once, however often it is sent (R-SYS-004). */
export type BoardCommand =
  | {
      readonly operation: 'add-comment';
      readonly taskId: TaskId;
      readonly text: string;
      readonly author?: string;
    }
  | {
      readonly operation: 'move-task';
      readonly taskId: TaskId;
      readonly targetQueue: string;
      /** For a board that keeps why and by whom. */
      readonly note?: MoveNote;
    }
  | {
      readonly operation: 'update-task';
      readonly taskId: TaskId;
      readonly patch: {
        readonly name?: string;
        readonly description?: string;
        readonly labels?: readonly string[];
        readonly assignees?: readonly string[];
      };
    }
  | {
      readonly operation: 'create-task';
      readonly queueName: string;
      readonly name: string;
      readonly description: string;
      readonly labels?: readonly string[];
      readonly assignees?: readonly string[];
      readonly parentTaskId?: TaskId;
      readonly ledger?: LedgerExtras;
    }
  | { readonly operation: 'record-decision'; readonly decision: DecisionNote }
  | { readonly operation: 'record-asset'; readonly asset: AssetNote }
  | { readonly operation: 'create-queue'; readonly name: string }
  | { readonly operation: 'rename-queue'; readonly name: string; readonly newName: string }
  | { readonly operation: 'delete-queue'; readonly name: string; readonly moveTo?: string };

/** Who asked, over what. */
export interface Caller {
  readonly channel: 'http' | 'cli' | 'mcp' | 'library' | 'file';
  readonly actor: string;
}

/** `done` carries the JSON answer; `accepted` says where to look (only asked for with a key). */
export type CommandAnswer =
  | { readonly kind: 'done'; readonly answer: unknown }
  | { readonly kind: 'accepted'; readonly workflowId: string };

/** What came of arming: hosts that will start nothing more, and those that have not said so in time. */
export interface ArmAnswer {
  readonly epoch: number;
  readonly confirmed: readonly HostId[];
  readonly unconfirmed: readonly HostId[];
}

/** What surfaces ask of the running system; the one door to Temporal for HTTP, MCP and CLI. */
export interface Control {
  /** Runs a board write as a `command` workflow. Without a key: waits, then cancels it and throws. */
  command(command: BoardCommand, caller: Caller, idempotencyKey: string | null): Promise<CommandAnswer>;
  /** Stops every start path; throws nothing when hosts stay silent, the answer says so. */
  arm(
    request: { readonly reason: string; readonly stopRunning: boolean },
    caller: Caller,
  ): Promise<ArmAnswer>;
  disarm(caller: Caller): Promise<{ readonly epoch: number }>;
  pause(pause: Pick<Pause, 'scope' | 'name' | 'reason'>, caller: Caller): Promise<void>;
  unpause(
    target: { readonly scope: Pause['scope'] | 'all'; readonly name: string | null },
    caller: Caller,
  ): Promise<void>;
  /** Sets a cap at once and for good, until the configuration changes it. */
  setBudget(
    cap: { readonly target: CapTarget; readonly microUsd: number | null },
    caller: Caller,
  ): Promise<void>;
  /** The governor's own state by Query; null when none runs. Never on the hot path of a read. */
  governor(): Promise<GovernorState | null>;
  /** Asks the task's workflow to end the run and leave the task, flagged, until a retry. */
  cancelTask(
    taskId: TaskId,
    request: { readonly reason: string },
    caller: Caller,
  ): Promise<{ readonly runId: RunId | null }>;
  /** Tells the work that has asked that it is answered; false: nobody waits there any more. */
  tellAnswered(asker: { readonly taskId: TaskId | null; readonly jobId: string | null }): Promise<boolean>;
  /** Puts a stuck, cancelled or dead task back into its source queue with a fresh retry count. */
  retryTask(
    taskId: TaskId,
    caller: Caller,
    /** Where to instead; null = where it came from. */
    to?: string | null,
  ): Promise<{ readonly queueName: string }>;
  /** Looks at the board now instead of at the next poll; names a task to start it at once. */
  startDue(taskId: TaskId | null): Promise<{ readonly started: number }>;
  forgetHost(hostId: HostId, caller: Caller): Promise<void>;
  /** Can the server be reached, and how long did it take (ms)? */
  ping(): Promise<{
    readonly connected: boolean;
    readonly ms: number;
    readonly address: string;
    readonly error?: string;
  }>;
}

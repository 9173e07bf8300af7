import type { HostId, RunId, TaskId } from '../ids.ts';
import type { Blocked } from '../policy/governor/state.ts';
import type { Grant } from '../policy/money/money-state.ts';
import type { NextStep } from '../policy/next-step.ts';
import type { AgentOutcome } from './agent-outcome.ts';

/** What the task workflow and its activities hand each other. Plain JSON, small: it all stands in history. */

/** Asks for a slot for whatever the board says about the task now. */
export interface AdmitTaskInput {
  readonly taskId: TaskId;
  readonly leaseId: RunId;
  readonly workflowId: string;
  /** Place in board order; absent = at the end. */
  readonly order?: number;
}

/** `gone`: no route watches the task's queue, or the task is not there any more. */
export type Admission =
  | { readonly kind: 'gone'; readonly reason: string }
  | ({ readonly kind: 'granted'; readonly epoch: number; readonly route: string } & Partial<Grant>)
  | { readonly kind: 'waiting'; readonly blocked: Blocked; readonly route: string }
  | { readonly kind: 'refused'; readonly blocked: Blocked };

export interface ClaimTaskInput {
  readonly taskId: TaskId;
  readonly leaseId: RunId;
  readonly route: string;
}

/** The settings a run keeps from its claim to its settlement, and its money (R-ART-108). */
export interface ClaimedRun extends Partial<Grant> {
  readonly runId: RunId;
  readonly taskName: string;
  readonly sourceQueue: string;
  readonly inProgressQueue: string;
  readonly agent: string;
  readonly attempt: number;
  readonly retryCount: number;
  readonly lostCount: number;
  readonly sessionId: string;
  /** An earlier run for the same queue may have begun this conversation. */
  readonly resumes?: boolean;
  readonly timeoutSeconds: number | null;
  readonly maxRetries: number;
  readonly retryBackoffSeconds: number;
  readonly nonRetryableExitCodes: readonly number[];
  readonly deadLetterQueue: string | null;
  readonly failedQueue?: string;
  readonly completedQueue: string | null;
  readonly onExternalMove: 'keep' | 'cancel';
  /** Activity bounds, from the settings of the claiming worker. */
  readonly heartbeatTimeoutMs: number;
  readonly runMsMax: number;
}

export interface RunAgentInput extends Partial<Grant> {
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly claimed: ClaimedRun;
}

/** An ending as history keeps it: the outcome without anything the agent said. */
export type RunEnding =
  | (DistributiveOmit<AgentOutcome, 'report'> & {
      /** The conversation to be continued does not exist: another try must begin it. */
      readonly fresh?: boolean;
      /** Its account has no more; it rests, and this run was no doing of the task's (R-SYS-021). */
      readonly limited?: boolean;
      /** It was ended because its allowance was spent: no failure of the task's (R-PROD-049). */
      readonly overBudget?: boolean;
      /** Its agent has asked a person something and waits for the answer (R-SYS-026). */
      readonly asked?: boolean;
    })
  | { readonly kind: 'worker-lost' };

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export interface SettleRunInput {
  readonly taskId: TaskId;
  readonly workflowId: string;
  readonly claimed: ClaimedRun;
  readonly ending: RunEnding;
  readonly step: NextStep;
  /** Lease id for the next queue when the task already sits in another watched one; null = do not ask. */
  readonly nextLeaseId: RunId | null;
  readonly cancelledBy?: { readonly by: string; readonly reason: string };
}

export interface SettleRunAnswer {
  /** Where the task is now; null when it is gone from the board. */
  readonly queueName: string | null;
  /** The next queue's admission, decided together with the release. */
  readonly next: { readonly leaseId: RunId; readonly route: string; readonly admission: Admission } | null;
  /** It stays where it is for so long and then asks for its next slot; absent = it does not rest. */
  readonly restMs?: number;
}

/** Asked by a task that waits in this queue for its next run. */
export interface HasLeftInput {
  readonly taskId: TaskId;
  readonly queueName: string;
}

/** Asked by work that waits for answers to what its last run has asked. */
export interface LookAtQuestionsInput {
  readonly subject: string;
  /** Where the task waits and where it goes on from; null = a dispatch. */
  readonly place: { readonly inProgressQueue: string; readonly sourceQueue: string } | null;
}

/** `left`: the task is not where it waited, or the work is over; `unanswered`: nobody answered in time. */
export type QuestionLook =
  | { readonly kind: 'answered' | 'left' }
  | { readonly kind: 'unanswered'; readonly reason: string }
  | { readonly kind: 'open'; readonly text: string; readonly lookAgainMs: number };

/** A task that a person called off before it ran. */
export interface PutAwayInput {
  readonly taskId: TaskId;
  /** Unique per calling off: its comment is written once. */
  readonly key: string;
  readonly cancelledBy: { readonly by: string; readonly reason: string };
}

export interface StopRunInput {
  readonly runId: RunId;
  readonly hostId: HostId;
}

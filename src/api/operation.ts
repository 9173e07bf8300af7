import type { z } from 'zod';
import type { AgentRegistry } from '../core/ports/agent-registry.ts';
import type { AgentScan } from '../core/ports/agent-scan.ts';
import type { Board } from '../core/ports/board.ts';
import type { Caller, Control } from '../core/ports/control.ts';
import type { DispatchControl } from '../core/ports/dispatch-control.ts';
import type { Escalations } from '../core/ports/escalations.ts';
import type { EventTail } from '../core/ports/event-tail.ts';
import type { JobFiles } from '../core/ports/job-files.ts';
import type { JobWaiter } from '../core/ports/job-waiter.ts';
import type { MessageInbox } from '../core/ports/message-inbox.ts';
import type { Notices } from '../core/ports/notices.ts';
import type { Reports } from '../core/ports/reports.ts';
import type { RouteTable } from '../core/ports/route-table.ts';
import type { Store } from '../core/ports/store.ts';
import type { UsageJournal } from '../core/ports/usage-journal.ts';
import type { Settings } from '../core/schema/settings.ts';
import type { McpBinding } from './mcp/binding.ts';

/** What every operation may use; made once per process by `compose`. */
export interface OperationContext {
  readonly settings: Settings;
  readonly board: Board;
  readonly store: Store;
  readonly routes: RouteTable;
  readonly control: Control;
  readonly events: EventTail;
  /** Agents that callers may hand work to. */
  readonly agents: AgentRegistry;
  /** What lies in their folders. */
  readonly agentScan: AgentScan;
  /** What calls of agents took and cost. */
  readonly usage: UsageJournal;
  /** Jobs as files, for people and older tools. */
  readonly jobFiles: JobFiles;
  /** Tells when a dispatch has ended, whichever process ended it. */
  readonly jobEnds: JobWaiter;
  readonly dispatches: DispatchControl;
  /** Tells people, off the path of what it is told by. */
  readonly notices: Notices;
  /** Cases that people decide about. */
  readonly escalations: Escalations;
  readonly reports: Reports;
  /** What was pushed lately. */
  readonly inbox: MessageInbox;
  readonly version: string;
  /** Epoch milliseconds at which this process came up. */
  readonly startedAt: number;
}

/** What one call brings along beside its input. */
export interface CallContext extends OperationContext {
  readonly caller: Caller;
  readonly idempotencyKey: string | null;
  /** The task an agent's own token is bound to; null = a full caller. */
  readonly boundTaskId: string | null;
  /** The run whose agent makes this call, by our own records; absent = a person or a program outside of runs. */
  readonly callingRun?: { readonly runId: string; readonly taskId: string | null };
  /** How deep the caller's environment says it stands; counts only where it says more than our records. */
  readonly claimedDepth?: number;
  /** Tells the caller what happens meanwhile; absent = nobody listens. Never throws. */
  readonly progress?: (text: string) => void;
  /** Aborts when nobody waits for the answer any more: stop waiting then, never the work (R-SYS-006). */
  readonly signal?: AbortSignal;
}

/** Where an operation stands on HTTP. `manage` needs `enable_queue_management` (R-ART-110). */
export interface HttpBinding {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Fastify path; `:name` segments are fields of the input. */
  readonly path: string;
  readonly success?: 200 | 201 | 202;
  /** Other paths of the same operation, with the same parameters. */
  readonly also?: readonly string[];
  /** For what may go on by itself: how an answer says whether it is over (200), or where to look again (202). */
  answered?(answer: unknown): Answered;
  readonly access?: 'read' | 'write' | 'manage' | 'operate';
  /** Input fields that are not in a body although the method has one (`?force=true`). */
  readonly query?: readonly string[];
  /** How the answer is sent; a stream is served from the event tail, its `run` answers one page. */
  readonly as?: 'json' | 'text' | 'event-stream';
  /** For who accepts a page and no JSON: what is asked for then, and the field of the answer that is sent as HTML. */
  readonly page?: { readonly input: Readonly<Record<string, unknown>>; readonly field: string };
}

/** Status and place of what an operation has begun. */
export type Answered = { readonly status: 200 } | { readonly status: 202; readonly location: string };

/** A write that was taken but is not done yet; only an Idempotency-Key leads here (HTTP 202). */
export interface Accepted {
  readonly status: 'accepted';
  /** The idempotency key; `GET /commands/{key}` tells what came of it. */
  readonly key: string;
  readonly workflow_id: string;
}

/** Where an operation stands on the command line. */
export interface CliBinding {
  /** `['task', 'add']` = `dispatch task add`. */
  readonly words: readonly string[];
  /** What its group means without a further word. */
  readonly isDefault?: true;
  /** It concerns agents and calls, not a board: where no project is at hand, the user's default one is meant. */
  readonly ofUser?: true;
  /** Input fields given as positional arguments, in order; the rest are flags. */
  readonly positionals?: readonly string[];
  readonly examples?: readonly string[];
}

/** One verb of the product; HTTP, MCP and CLI are three projections of the list of these. */
export interface Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly http?: HttpBinding;
  /** What it takes to call it, where HTTP does not say it; read when absent. */
  readonly access?: HttpBinding['access'];
  /** An agent's own run token may call it, for its own task where the input has a `task_id` (R-SYS-029). */
  readonly forAgents?: boolean;
  readonly mcp?: McpBinding;
  readonly cli?: CliBinding;
  /** Nothing happens without a worker: a surface that can start one does so first. */
  readonly needsWorkers?: boolean;
  readonly input: I;
  readonly output: O;
  run(context: CallContext, input: z.output<I>): Promise<z.input<O> | Accepted>;
}

/** Keeps the types of input and output while it is put into the table. */
export function defineOperation<I extends z.ZodObject, O extends z.ZodType>(
  operation: Operation<I, O>,
): Operation<I, O> {
  return operation;
}

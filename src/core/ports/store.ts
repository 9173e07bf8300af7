import type { HostId, RunId, TaskId } from '../ids.ts';
import type { ChainHead } from '../policy/audit/chain.ts';
import type { ChainRow } from '../policy/audit/check-chain.ts';
import type { GovernorState } from '../policy/governor/state.ts';
import type { RunAnswer } from '../schema/run-answer.ts';
import type { NewRunEvent, RunEvent } from '../schema/run-event.ts';
import type { RunRecord, TaskState } from '../schema/run-record.ts';
import type { Jobs } from './jobs.ts';
import type { NoticeBox } from './notices.ts';
import type { Questions } from './questions.ts';
import type { Spend } from './spend.ts';
import type { TaskNotes } from './task-notes.ts';

/** Narrowing of a list of runs; newest first. */
export interface RunFilter {
  readonly taskId?: TaskId;
  readonly jobId?: string;
  readonly status?: 'running' | 'finished';
  readonly limit: number;
}

/** Which events to read: those after `afterSeq`, oldest first. */
export interface EventFilter {
  readonly taskId?: TaskId;
  readonly runId?: RunId;
  readonly jobId?: string;
  readonly afterSeq: number;
  readonly limit: number;
}

/**
 * The projection: runs and events, for people and streams. It may be lost without a task being lost or run
 * twice. Every write is idempotent by its key.
 */
export interface Projection {
  putRun(run: RunRecord): Promise<void>;
  patchRun(runId: RunId, patch: Partial<Omit<RunRecord, 'runId'>>): Promise<void>;
  getRun(runId: RunId): Promise<RunRecord | null>;
  /** Keeps what a finished run left behind. */
  putRunAnswer(runId: RunId, answer: RunAnswer): Promise<void>;
  getRunAnswer(runId: RunId): Promise<RunAnswer | null>;
  listRuns(filter: RunFilter): Promise<readonly RunRecord[]>;
  /** Runs that ended well in a span of time (epoch ms, its end not included): how many by agent, and the latest. */
  succeededRuns(span: { readonly from: number; readonly to: number }): Promise<{
    readonly byAgent: readonly { readonly agent: string; readonly count: number }[];
    readonly latest: readonly Pick<
      RunRecord,
      'runId' | 'taskId' | 'jobId' | 'taskName' | 'agent' | 'costMicroUsd'
    >[];
  }>;
  /** Tools that runs which ended in that span were refused: in how many runs, most first; few. */
  deniedTools(span: {
    readonly from: number;
    readonly to: number;
  }): Promise<readonly { readonly agent: string; readonly tool: string; readonly runs: number }[]>;
  /** Numbers and keeps events; returns them as stored, in order. */
  appendEvents(events: readonly NewRunEvent[]): Promise<readonly RunEvent[]>;
  listEvents(filter: EventFilter): Promise<readonly RunEvent[]>;
  lastEventSeq(): Promise<number>;
  /** Deletes runs and events older than the given times (epoch ms). Returns how many rows went. */
  prune(before: { readonly runsMs: number; readonly eventsMs: number }): Promise<number>;
}

/** An effect on the outside world that must happen once although its activity may run again (R-SYS-004). */
export type EffectState = 'new' | 'maybe-done' | 'done';

/** What an idempotency key remembers (7 days). */
export interface KeptAnswer {
  readonly operation: string;
  readonly bodyHash: string;
  readonly state: 'accepted' | 'done' | 'failed';
  /** JSON text of the answer, or of `{code, message}` when failed. */
  readonly answer: string | null;
  readonly workflowId: string;
  readonly createdAt: number;
}

/** A route made or changed over an API; it overlays the file until the file changes that route. */
export interface RouteOverlay {
  readonly queueName: string;
  /** JSON of the fields set, or null = the route is deleted. */
  readonly fields: string | null;
  /** Hash of the file's route it was made against; null = the file had none. */
  readonly baseHash: string | null;
  readonly version: number;
  readonly updatedAt: number;
}

/** A line of the audit trail: who changed what over which channel. */
export interface AuditEntry {
  readonly at: number;
  readonly channel: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What the audit trail says of a change of state beside the change itself; absent: the machinery made it. */
export interface ChangeNote {
  readonly channel?: string;
  readonly actor?: string;
  readonly detail?: AuditEntry['detail'];
}

/** A line as it stands in the trail. */
export type AuditRow = AuditEntry & { readonly seq: number };

export interface KnownHost {
  readonly hostId: HostId;
  readonly hostname: string;
  readonly pid: number;
  readonly bootId: string;
  readonly slots: number;
  readonly lastSeen: number;
}

/** What survives everything: written with full durability. */
export interface Records extends Spend {
  getTaskState(taskId: TaskId): Promise<TaskState | null>;
  /**
   * Creates or updates; fields left out keep their value. A change of status, owner or counters is a line of the audit
   * trail in the same commit, `task-<status>`; the same write again is none.
   */
  putTaskState(taskId: TaskId, patch: Partial<Omit<TaskState, 'taskId'>>, note?: ChangeNote): Promise<void>;
  /**
   * Like `putTaskState`, for what may be forgotten in a power cut: kept for good by the next write of that kind. In
   * the audit trail only with a note.
   */
  noteTaskState(taskId: TaskId, patch: Partial<Omit<TaskState, 'taskId'>>, note?: ChangeNote): Promise<void>;
  /** Several at once and as one write: what it costs to be durable is paid once. */
  putTaskStates(patches: ReadonlyMap<TaskId, Partial<Omit<TaskState, 'taskId'>>>): Promise<void>;
  listTaskStates(filter: {
    readonly status?: readonly TaskState['status'][];
    readonly taskIds?: readonly TaskId[];
    readonly limit: number;
  }): Promise<readonly TaskState[]>;

  /** Marks the intent of an effect. `maybe-done`: begun before and not confirmed, look before doing it again. */
  beginEffect(key: string): Promise<EffectState>;
  finishEffect(key: string): Promise<void>;

  /** Keeps a key if it is new; answers what is kept under it. */
  keepKey(key: string, entry: Omit<KeptAnswer, 'createdAt' | 'answer' | 'state'>): Promise<KeptAnswer>;
  settleKey(key: string, state: 'done' | 'failed', answer: string): Promise<void>;
  getKey(key: string): Promise<KeptAnswer | null>;

  listRouteOverlays(): Promise<readonly RouteOverlay[]>;
  putRouteOverlay(overlay: Omit<RouteOverlay, 'version' | 'updatedAt'>): Promise<RouteOverlay>;
  deleteRouteOverlay(queueName: string): Promise<void>;
  /** Rises with every overlay change; lets other processes notice. */
  routesVersion(): Promise<number>;

  /**
   * What differs from the state saved last, such as a turned brake, is in the audit trail with it; answers that. Null:
   * nothing was saved, the same governor's later write was here first.
   */
  saveGovernor(state: GovernorState): Promise<readonly AuditEntry[] | null>;
  loadGovernor(): Promise<GovernorState | null>;

  /** Takes or renews a named lock for a while; false: somebody else holds it. */
  takeLock(name: string, owner: string, forMs: number): Promise<boolean>;
  dropLock(name: string, owner: string): Promise<void>;

  /** What a watch of a worker remembers over restarts; plain JSON, null = nothing yet. */
  watchState(name: string): Promise<unknown>;
  keepWatchState(name: string, state: unknown): Promise<void>;

  putHost(host: KnownHost): Promise<void>;
  listHosts(): Promise<readonly KnownHost[]>;
  forgetHost(hostId: HostId): Promise<boolean>;

  /** Keeps a text too large for workflow history and answers its reference. */
  putText(text: string): Promise<string>;
  getText(reference: string): Promise<string | null>;

  /** Lines asked for together share a commit; for a change of the records themselves there are notes. */
  appendAudit(entry: AuditEntry): Promise<void>;
  /** The same once under a key: what a worker that is killed was about to do, the next one does again. */
  appendAuditOnce(key: string, entry: AuditEntry): Promise<void>;
  listAudit(limit: number): Promise<readonly AuditRow[]>;
  /** Lines that say somebody should look, since then (epoch ms); newest first, few. */
  listAnomalies(sinceMs: number): Promise<readonly AuditRow[]>;
  /** The trail with its hashes, oldest first: those after a number. */
  readAuditChain(after: { readonly seq: number; readonly limit: number }): Promise<readonly ChainRow[]>;
  /** The end of the trail; null = nothing was written yet. */
  auditHead(): Promise<ChainHead | null>;
  prune(beforeMs: number): Promise<number>;
}

/** One project's store; the adapter binds it to the project. */
export interface Store {
  readonly projection: Projection;
  readonly records: Records;
  readonly jobs: Jobs;
  readonly notices: NoticeBox;
  readonly questions: Questions;
  readonly taskNotes: TaskNotes;
  close(): Promise<void>;
}
